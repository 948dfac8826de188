using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Registry;

public sealed class YamlEntriesTests : IDisposable
{
    private readonly TempFolder _app = new();

    public void Dispose() => _app.Dispose();

    private Entry Load(string id)
    {
        var result = AppLoader.Load(_app.Path);
        Assert.Equal("", result.ToString());
        return result.Snapshot!.Entries[EntryId.Parse(id)];
    }

    [Theory]
    [InlineData("text", "text")]
    [InlineData("'5'", "5")]
    [InlineData("\"true\"", "true")]
    [InlineData("!!str 5", "5")]
    [InlineData("5", 5L)]
    [InlineData("-5", -5L)]
    [InlineData("+5", 5L)]
    [InlineData("0x1F", 31L)]
    [InlineData("0o17", 15L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", 9223372036854775808d)]
    [InlineData("1.5", 1.5)]
    [InlineData("1e3", 1000d)]
    [InlineData(".5", 0.5)]
    [InlineData("-.inf", double.NegativeInfinity)]
    [InlineData(".nan", double.NaN)]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("2026-01-02", "2026-01-02")]
    [InlineData("0x", "0x")]
    [InlineData("Infinity", "Infinity")]
    [InlineData("true", true)]
    [InlineData("FALSE", false)]
    [InlineData("yes", "yes")]
    [InlineData("~", null)]
    [InlineData("", null)]
    [InlineData("null", null)]
    [InlineData("|\n  a\n  b\n", "a\nb\n")]
    public void Read_Scalar_FollowsTheCoreSchema(string yaml, object? expected)
    {
        _app.With("a.yaml", $"namespace: app\nname: a\nkind: registry.entry\nvalue: {yaml}\n");

        Assert.Equal(expected, Load("app:a").Fields["value"]);
    }

    [Fact]
    public void Read_Json_IsReadAlike()
    {
        _app.With("a.json", "{\"namespace\": \"app\",\n\t\"name\": \"a\", \"kind\": \"registry.entry\", \"list\": [1, \"x\\u00e9\\/\\ud83d\\ude00\", {\"k\": null}]}");

        var list = (IReadOnlyList<object?>)Load("app:a").Fields["list"]!;

        Assert.Equal(1L, list[0]);
        Assert.Equal("xé/😀", list[1]);
        Assert.Null(((IReadOnlyDictionary<string, object?>)list[2]!)["k"]);
    }

    [Fact]
    public void Read_ListForm_TakesNameKindAndMetaOutOfTheData()
    {
        _app.With("a.yaml",
            """
            version: "1.0"
            namespace: app
            meta: {team: core, owner: all, tags: [a]}
            entries:
              - name: a.b-c
                kind: registry.entry
                meta: {owner: me, tags: [b]}
                version: 2
              - name: plain
                kind: registry.entry
            """);

        var entry = Load("app:a.b-c");

        Assert.Equal("registry.entry", entry.Kind);
        Assert.Equal(["owner", "tags", "team"], entry.Meta.Keys.Order());
        Assert.Equal("core", entry.Meta["team"]);
        Assert.Equal("me", entry.Meta["owner"]);
        Assert.Equal(["b"], (IReadOnlyList<object?>)entry.Meta["tags"]!);
        Assert.Equal(2L, Assert.Single(entry.Fields).Value);
        Assert.Empty(Load("app:plain").Fields);
        Assert.Equal("all", Load("app:plain").Meta["owner"]);
    }

    [Fact]
    public void Read_SingleForm_TakesTheFileFieldsOutToo()
    {
        _app.With("a.yaml", "version: \"1.0\"\nnamespace: app\nname: a\nkind: registry.entry\nmeta: {x: 1}\nvalue: 1\n");

        var entry = Load("app:a");

        Assert.Equal(["value"], entry.Fields.Keys);
        Assert.Equal(1L, entry.Meta["x"]);
    }

    [Theory]
    [InlineData("[1, 2]")]
    [InlineData("just text")]
    [InlineData("{source: x}")]
    public void Read_DataField_IsTheWholeData(string data)
    {
        _app.With("a.yaml", $"namespace: app\nname: a\nkind: registry.entry\ndata: {data}\n")
            .With("b.yaml", $"namespace: app\nname: b\nkind: registry.entry\nvalue: {data}\n");

        Assert.Equal(Load("app:b").Fields["value"], Load("app:a").Data);
    }

    [Fact]
    public void Read_FileText_WorksInEveryField()
    {
        _app.With("text.txt", "the text\n").With("a.yaml",
            """
            namespace: app
            meta: {shared: file://text.txt}
            entries:
              - name: a
                kind: registry.entry
                meta: {own: file://text.txt}
                deep: [{field: file://text.txt}]
            """);

        var entry = Load("app:a");

        Assert.Equal("the text\n", entry.Meta["shared"]);
        Assert.Equal("the text\n", entry.Meta["own"]);
        var item = (IReadOnlyDictionary<string, object?>)((IReadOnlyList<object?>)entry.Fields["deep"]!)[0]!;
        Assert.Equal("the text\n", item["field"]);
        Assert.Equal("text.txt", entry.TextFileOf("deep[0].field"));
        Assert.Null(entry.TextFileOf("deep"));
    }

    [Theory]
    [InlineData("source", 7, 5)]
    [InlineData("meta.command.name", 6, 22)]
    [InlineData("meta.team", 2, 8)]
    [InlineData("modules[1]", 8, 21)]
    [InlineData("modules[9]", 8, 5)] // not there: the nearest around it
    [InlineData("imports.x", 4, 5)]
    [InlineData("kind", 5, 5)]
    public void LocationOf_Field_IsItsKeyOrItem(string field, int line, int column)
    {
        _app.With("a.yaml",
            """
            namespace: app
            meta: {team: core}
            entries:
              - name: a
                kind: process.lua
                meta: {command: {name: x}}
                source: return 1
                modules: [time, json]
            """);

        Assert.Equal(new SourceLocation("a.yaml", line, column), Load("app:a").LocationOf(field));
    }

    [Fact]
    public void Resolve_BareName_IsOfTheEntrysNamespace()
    {
        var entry = new Entry(EntryId.Parse("app.x:a"), "registry.entry");

        Assert.Equal(EntryId.Parse("app.x:b"), entry.Resolve("b"));
        Assert.Equal(EntryId.Parse("other:b"), entry.Resolve("other:b"));
    }
}
