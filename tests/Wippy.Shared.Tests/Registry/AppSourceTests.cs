using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Registry;

/// <summary>Which files of an app are read, and which never are.</summary>
public sealed class AppSourceTests : IDisposable
{
    private const string OneEntry = "namespace: app\nname: {0}\nkind: registry.entry\n";

    private readonly TempFolder _app = new();
    private readonly TempFolder _elsewhere = new();

    public void Dispose()
    {
        _app.Dispose();
        _elsewhere.Dispose();
    }

    private LoadResult Load() => AppLoader.Load(_app.Path);

    private string Names() => string.Join(' ', Load().Snapshot!.Entries.Keys.Select(id => id.Name));

    private static string Declare(string name) => OneEntry.Replace("{0}", name);

    [Fact]
    public void Find_LockFile_NamesTheSourceFolder()
    {
        _app.With("wippy.lock", "directories: {modules: .wippy, src: ./code}\n")
            .With("code/a.yaml", Declare("code"))
            .With("src/a.yaml", Declare("src"));

        Assert.Equal("code", Names());
    }

    [Fact]
    public void Find_LockFileWithoutFolder_MeansSrc()
    {
        _app.With("wippy.lock", "modules: []\n").With("src/a.yaml", Declare("src")).With("a.yaml", Declare("root"));

        Assert.Equal("src", Names());
    }

    [Fact]
    public void Find_NoLockFile_PrefersSrc()
    {
        _app.With("src/a.yaml", Declare("src")).With("a.yaml", Declare("root"));

        Assert.Equal("src", Names());
    }

    [Fact]
    public void Find_NeitherLockFileNorSrc_IsTheAppFolder()
    {
        _app.With("a.yaml", Declare("root"));

        Assert.Equal("root", Names());
    }

    [Theory]
    [InlineData("directories: {src: gone}\n", "wippy.lock:1:20: error: directories.src: no source folder 'gone'")]
    [InlineData("directories: {src: [a]}\n", "wippy.lock:1:20: error: directories.src: no source folder ''")]
    [InlineData("directories: {\n", "wippy.lock:2:1: error: not valid YAML: While parsing a node, did not find expected node content.")]
    public void Find_BadLockFile_IsAnError(string lockFile, string expected)
    {
        _app.With("wippy.lock", lockFile);

        Assert.Equal(expected, Load().ToString());
    }

    [Fact]
    public void Find_NoAppFolder_IsAnError()
    {
        var result = AppLoader.Load("no/such/folder");

        Assert.Null(result.Snapshot);
        Assert.Equal("no/such/folder: error: no such app folder", result.ToString());
    }

    [Fact]
    public void Files_AllExtensionsAtAnyDepth_ExceptNodeModules()
    {
        _app.With("a.yaml", Declare("a"))
            .With("x/y/b.YML", Declare("b"))
            .With("x/c.json", """{"namespace": "app", "name": "c", "kind": "registry.entry"}""")
            .With("x/node_modules/d.yaml", Declare("d"))
            .With("e.txt", Declare("e"));

        Assert.Equal("a b c", Names());
    }

    [Fact]
    public void Files_WithoutNamespace_AreIgnored()
    {
        _app.With("a.yaml", Declare("a"))
            .With("other.yaml", "name: x\nkind: Deployment\n? {complex: key}\n: [*anchor]\n".Replace("[*anchor]", "[1]"))
            .With("list.yaml", "- 1\n- 2\n")
            .With("text.json", "\"just text\"")
            .With("empty.yaml", "");

        var result = Load();

        Assert.Empty(result.Problems);
        Assert.Equal("a", Names());
    }

    [Fact]
    public void Files_SeveralDocumentsInOneFile_AreAllRead()
    {
        _app.With("a.yaml", Declare("a") + "---\n" + Declare("b"));

        Assert.Equal("a b", Names());
    }

    [Fact]
    public void Files_NotUtf8_IsAnError()
    {
        File.WriteAllBytes(Path.Combine(_app.Path, "a.yaml"), [0x61, 0xff, 0xfe]);

        Assert.Equal("a.yaml: error: file 'a.yaml' is not UTF-8 text", Load().ToString());
    }

    [Fact]
    public void Files_LinkedFolder_IsNotFollowed()
    {
        _elsewhere.With("a.yaml", Declare("outside"));
        Directory.CreateSymbolicLink(Path.Combine(_app.Path, "linked"), _elsewhere.Path);

        var result = Load();

        Assert.Empty(result.Snapshot!.Entries);
        Assert.Equal("linked: warning: linked folder is not followed", result.ToString());
    }

    [Fact]
    public void Files_HiddenFolders_AreLeftOutAndLinksIntoThemFollowed()
    {
        // As Kubernetes shows a config map: what is seen links to a link to the folder with the current files.
        _app.With("..2026_01/a.yaml", Lua("code.lua")).With("..2026_01/code.lua", "return 1").With(".git/b.yaml", Declare("b"));
        Directory.CreateSymbolicLink(Path.Combine(_app.Path, "..data"), "..2026_01");
        foreach (var file in new[] { "a.yaml", "code.lua" }) File.CreateSymbolicLink(Path.Combine(_app.Path, file), $"..data/{file}");

        var result = Load();

        Assert.Empty(result.Problems);
        Assert.Equal("a", Names());
        Assert.Equal("return 1", result.Snapshot!.Entries[EntryId.Parse("app:a")].Fields["source"]);
    }

    [Fact]
    public void Files_LinkedFileFromOutside_IsRefused()
    {
        _elsewhere.With("a.yaml", Declare("outside"));
        File.CreateSymbolicLink(Path.Combine(_app.Path, "linked.yaml"), Path.Combine(_elsewhere.Path, "a.yaml"));

        Assert.Equal("linked.yaml: error: file 'linked.yaml' is outside of the source folder '.'", Load().ToString());
    }

    [Fact]
    public void ReadFile_InsideThroughDotsAndLinks_IsAllowed()
    {
        _app.With("src/lib/code.lua", "return 1").With("src/x/_index.yaml", Lua("../lib/code.lua") + Lua("linked.lua", "b"));
        File.CreateSymbolicLink(Path.Combine(_app.Path, "src/x/linked.lua"), "../lib/code.lua");

        var entries = Load().Snapshot!.Entries;

        Assert.Equal("return 1", entries[EntryId.Parse("app:a")].Fields["source"]);
        Assert.Equal("return 1", entries[EntryId.Parse("app:b")].Fields["source"]);
        Assert.Equal("src/lib/code.lua", entries[EntryId.Parse("app:a")].TextFileOf("source"));
    }

    [Theory]
    [InlineData("../../secret.lua")]
    [InlineData("linked.lua")]
    [InlineData("linked/secret.lua")]
    [InlineData("linked/../secret.lua")] // the parent of the folder behind the link, not of the link
    [InlineData("twice/secret.lua")]
    public void ReadFile_OutsideByDotsOrLinks_IsRefused(string path)
    {
        _elsewhere.With("secret.lua", "secret").With("sub/secret.lua", "secret");
        _app.With("secret.lua", "secret").With("src/x/_index.yaml", Lua(path)).With("src/x/secret.lua", "a decoy inside");
        var folder = Path.Combine(_app.Path, "src/x");
        File.CreateSymbolicLink(Path.Combine(folder, "linked.lua"), "../../secret.lua");
        Directory.CreateSymbolicLink(Path.Combine(folder, "linked"), Path.Combine(_elsewhere.Path, "sub"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "twice"), "linked");

        var problem = Assert.Single(Load().Problems, p => p.Severity == Severity.Error);

        Assert.Equal("source", problem.Field);
        Assert.EndsWith("is outside of the source folder 'src'", problem.Message);
    }

    [Fact]
    public void ReadFile_LinksInACircle_AreAnError()
    {
        _app.With("_index.yaml", Lua("one/x.lua"));
        Directory.CreateSymbolicLink(Path.Combine(_app.Path, "one"), "two");
        Directory.CreateSymbolicLink(Path.Combine(_app.Path, "two"), "one/deeper");

        var problem = Assert.Single(Load().Problems, p => p.Severity == Severity.Error);

        Assert.StartsWith("file 'one/x.lua' cannot be read: more than 40 links", problem.Message);
    }

    private static string Lua(string path, string name = "a") =>
        $"---\nnamespace: app\nname: {name}\nkind: process.lua\nsource: file://{path}\n";
}
