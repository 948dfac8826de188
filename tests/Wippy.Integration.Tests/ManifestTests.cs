using Wippy.Testing;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Wippy.Integration.Tests;

/// <summary>The Compose file and the Kubernetes manifests in <c>deploy</c>: that they parse, and say what a container of ours has to be told.</summary>
public sealed class ManifestTests
{
    private static readonly Dictionary<string, string[]> Keys = new()
    {
        ["system"] = ["SystemTerminal", "SystemUser", "UserTerminal"],
        ["user"] = ["SystemUser", "UserTerminal", "UserUser"],
        ["terminal"] = ["SystemTerminal", "UserTerminal"],
    };

    public static TheoryData<string> Services => [.. Keys.Keys];

    [Theory]
    [MemberData(nameof(Services))]
    public void Compose_Service_IsHardenedHealthCheckedAndHasItsKeysAsFiles(string name)
    {
        var compose = Documents("deploy/compose.yaml").Single();
        var service = Map(Map(compose["services"])[name]);

        Assert.EndsWith($"/wippy/{name}:${{TAG:-latest}}", Text(service["image"]));
        Assert.Equal(("true", "1654"), (Text(service["read_only"]), Text(service["user"])));
        Assert.Equal(["ALL"], Texts(service["cap_drop"]));
        Assert.Equal(["no-new-privileges:true"], Texts(service["security_opt"]));
        Assert.Equal("0", Text(Map(service["ulimits"])["core"]));
        Assert.Contains("GET /health", Texts(Map(service["healthcheck"])["test"])[^1]);
        var secrets = List(service["secrets"]).Select(Map).ToList();
        Assert.Equal(Keys[name].Select(key => $"/run/secrets/wippy/Wippy__Keys__{key}"), secrets.Select(secret => Text(secret["target"])).Order(StringComparer.Ordinal));
        Assert.All(secrets, secret => Assert.Equal(Text(secret["target"])[^FileOf(compose, secret).Length..], FileOf(compose, secret)));
        Assert.Contains(List(service["volumes"]).Select(Map), volume => Text(volume["target"]) == "/srv/app" && Text(volume["read_only"]) == "true");
        Assert.DoesNotContain(Map(service["environment"]).Keys, variable => variable.Contains("Keys", StringComparison.Ordinal));
        if (name != "system") Assert.Equal("tcp://system:7000", Text(Map(service["environment"])["services__system__channel__0"]));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Kubernetes_Deployment_IsHardenedProbedAndHasItsKeysFromASecret(string name)
    {
        var deployment = Documents($"deploy/kubernetes/{name}.yaml").Single(document => Text(document["kind"]) == "Deployment");
        var spec = Map(deployment["spec"]);
        var labels = Map(Map(Map(spec["template"])["metadata"])["labels"]);
        var pod = Map(Map(spec["template"])["spec"]);
        var container = Map(Assert.Single(List(pod["containers"])));
        var security = Map(container["securityContext"]);
        var volumes = List(pod["volumes"]).Select(Map).ToDictionary(volume => Text(volume["name"]));

        Assert.Equal(("apps/v1", name, $"wippy/{name}:latest"), (Text(deployment["apiVersion"]), Text(Map(deployment["metadata"])["name"]), Text(container["image"])));
        Assert.Equal(name == "user" ? "2" : "1", Text(spec["replicas"]));
        Assert.All(Map(Map(spec["selector"])["matchLabels"]), label => Assert.Equal(Text(label.Value), Text(labels[label.Key])));
        Assert.Equal(("true", "1654", "false"), (Text(Map(pod["securityContext"])["runAsNonRoot"]), Text(Map(pod["securityContext"])["runAsUser"]), Text(pod["automountServiceAccountToken"])));
        Assert.Equal(("true", "false"), (Text(security["readOnlyRootFilesystem"]), Text(security["allowPrivilegeEscalation"])));
        Assert.Equal(["ALL"], Texts(Map(security["capabilities"])["drop"]));
        foreach (var (probe, path) in new[] { ("startupProbe", "/health"), ("readinessProbe", "/health"), ("livenessProbe", "/alive") })
        {
            var get = Map(Map(container[probe])["httpGet"]);
            Assert.Equal((path, "http"), (Text(get["path"]), Text(get["port"])));
        }
        Assert.Equal(["http 8080", "channel 7000"], List(container["ports"]).Select(Map).Select(port => $"{Text(port["name"])} {Text(port["containerPort"])}"));
        // Whatever is mounted is there, and the keys are those of this service and no others.
        Assert.All(List(container["volumeMounts"]).Select(Map), mount => Assert.Contains(Text(mount["name"]), volumes.Keys));
        var keys = List(Map(volumes["keys"]["secret"])["items"]).Select(Map).ToList();
        Assert.Equal(Keys[name], keys.Select(key => Text(key["key"])).Order(StringComparer.Ordinal));
        Assert.All(keys, key => Assert.Equal($"Wippy__Keys__{Text(key["key"])}", Text(key["path"])));
        Assert.DoesNotContain(List(container["env"]).Select(Map), variable => Text(variable["name"]).Contains("Keys", StringComparison.Ordinal));
    }

    [Fact]
    public void Kubernetes_Kustomization_NamesEveryManifestAndImage()
    {
        var kustomization = Documents("deploy/kubernetes/kustomization.yaml").Single();

        var files = Directory.GetFiles(Path.Combine(Repository.Root, "deploy", "kubernetes")).Select(Path.GetFileName).Where(file => file != "kustomization.yaml");
        Assert.Equal(files.Order(StringComparer.Ordinal), Texts(kustomization["resources"]).Order(StringComparer.Ordinal));
        Assert.Equal(Keys.Keys.Select(name => $"wippy/{name}").Order(StringComparer.Ordinal), List(kustomization["images"]).Select(image => Text(Map(image)["name"])).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Kubernetes_SystemService_IsWhereTheOthersLookForIt()
    {
        var service = Documents("deploy/kubernetes/system.yaml").Single(document => Text(document["kind"]) == "Service");

        Assert.Equal("system", Text(Map(service["metadata"])["name"]));
        Assert.Contains(List(Map(service["spec"])["ports"]).Select(Map), port => (Text(port["port"]), Text(port["targetPort"])) == ("7000", "channel"));
        foreach (var other in new[] { "user", "terminal" })
        {
            var text = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "kubernetes", $"{other}.yaml"));
            Assert.Contains("services__system__channel__0, value: \"tcp://system:7000\"", text);
        }
    }

    private static string FileOf(IDictionary<string, object> compose, IDictionary<string, object> secret) =>
        Text(Map(Map(compose["secrets"])[Text(secret["source"])])["file"])["keys/".Length..];

    private static List<IDictionary<string, object>> Documents(string path)
    {
        using var reader = File.OpenText(Path.Combine(Repository.Root, path));
        var parser = new MergingParser(new Parser(reader));
        var deserializer = new DeserializerBuilder().Build();
        var documents = new List<IDictionary<string, object>>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _)) documents.Add(deserializer.Deserialize<Dictionary<string, object>>(parser));
        return documents;
    }

    private static Dictionary<string, object> Map(object node) => node is IDictionary<object, object> map
        ? map.ToDictionary(pair => (string)pair.Key, pair => pair.Value)
        : Assert.IsType<Dictionary<string, object>>(node);

    private static List<object> List(object node) => Assert.IsType<List<object>>(node);

    private static string[] Texts(object node) => [.. List(node).Select(Text)];

    private static string Text(object node) => Assert.IsType<string>(node);
}
