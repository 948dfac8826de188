using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Wippy.Shared.Registry;
using Wippy.Testing;
using YamlDotNet.RepresentationModel;

namespace Wippy.Shared.Tests.Editor;

/// <summary>The schema for editors, asked through somebody else's validator: it takes every sample and finds mistakes.</summary>
public class EntrySchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(File.ReadAllText(Repository.PathOf("editor/wippy-index.schema.json")));

    public static TheoryData<string> Samples() => new(Directory.GetFiles(Repository.PathOf("samples"), "_index.yaml", SearchOption.AllDirectories)
        .Concat(Directory.GetFiles(Repository.PathOf("tests/lua"), "_index.yaml", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
        .Order(StringComparer.Ordinal));

    public static TheoryData<string, string> Mistakes()
    {
        var cases = new TheoryData<string, string>();
        foreach (var name in BrokenApp.NamesIn("fields")) cases.Add("fields", name);
        foreach (var name in BrokenApp.NamesIn("kinds")) cases.Add("kinds", name);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Schema_Sample_IsTaken(string file) => Assert.Equal("", Problems(File.ReadAllText(Repository.PathOf(file))));

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Schema_BrokenApp_IsNot(string file, string name) => Assert.NotEqual("", Problems(BrokenApp.PartsOf(file, name)["src/_index.yaml"]));

    [Theory]
    [InlineData("{name: a, kind: registry.entry, anything: [1, {x: 2}]}")]
    [InlineData("{name: a, kind: ns.dependency, component: x}")]
    [InlineData("{name: a, kind: process.host, host: {workers: \"${env:WORKERS|4}\"}}")]
    [InlineData("{name: a, kind: process.host, zone_env: ZONE, lifecycle: }")]
    [InlineData("{name: a, kind: env.storage.file, file_path: x, file_mode: 0644}")]
    [InlineData("{name: a, kind: process.service, data: {process: p, host: \"app:h\"}}")]
    [InlineData("{name: a, kind: process.service, process_env: P, host: \"app:h\", lifecycle: {stop_timeout: 1m30s}}")]
    public void Schema_Entry_IsTaken(string entry)
    {
        Assert.Equal("", Problems($"namespace: app\nentries:\n  - {entry}\n"));
        Assert.Equal("", Problems($"{{namespace: app, {entry[1..]}"));
    }

    [Theory]
    [InlineData("{kind: process.host}")]
    [InlineData("{name: \"a:b\", kind: process.host}")]
    [InlineData("{name: a, kind: process.service, data: {process: p}}")]
    [InlineData("{name: a, kind: env.storage.file, file_path: x, auto_create: \"${env:X|true}\"}")]
    public void Schema_EntryWithAMistake_IsNot(string entry)
    {
        Assert.NotEqual("", Problems($"namespace: app\nentries:\n  - {entry}\n"));
        Assert.NotEqual("", Problems($"{{namespace: app, {entry[1..]}"));
    }

    private static string Problems(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var results = stream.Documents.Select(document => Schema.Evaluate(JsonSerializer.SerializeToElement(Json(document.RootNode)), new EvaluationOptions { OutputFormat = OutputFormat.List }));
        return string.Join('\n', results.Where(result => !result.IsValid).Select(result => string.Join('\n', (result.Details ?? []).Where(detail => detail.Errors is not null)
            .Select(detail => $"{detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Values)}").DefaultIfEmpty("not valid"))));
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(pair.Key.ToString(), Json(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        _ => YamlValues.Scalar((YamlScalarNode)node) switch
        {
            string text => text,
            long number => number,
            double number => number,
            bool flag => flag,
            _ => (JsonNode?)null,
        },
    };
}
