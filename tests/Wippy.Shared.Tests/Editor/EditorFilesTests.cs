using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wippy.Shared.Tests.Lua.Types;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Editor;

/// <summary>The folder editor is what the tables of kinds and modules say. With the variable <c>WIPPY_WRITE_EDITOR</c> these tests write it.</summary>
public class EditorFilesTests
{
    private const string LuaFolder = "editor/lua";

    private static readonly bool IsWriting = Environment.GetEnvironmentVariable("WIPPY_WRITE_EDITOR") is { Length: > 0 };

    public static TheoryData<string> Files() => new(["editor/wippy-index.schema.json", .. LuaStubs.Create().Keys.Select(name => $"{LuaFolder}/{name}.lua")]);

    [Theory]
    [MemberData(nameof(Files))]
    public void File_OfTheEditor_IsCurrent(string file)
    {
        var text = file.EndsWith(".json", StringComparison.Ordinal) ? Schema() : LuaStubs.Create()[Path.GetFileNameWithoutExtension(file)];
        var path = Repository.PathOf(file);
        if (IsWriting)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        Assert.True(File.Exists(path) && File.ReadAllText(path) == text, $"{file} is out of date: run these tests with WIPPY_WRITE_EDITOR=1");
    }

    [Fact]
    public void Folder_OfLuaFiles_HasNoOthers()
    {
        var files = Directory.GetFiles(Repository.PathOf(LuaFolder)).Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(LuaStubs.Create().Keys, files.Order(StringComparer.Ordinal)!);
    }

    [Fact]
    public void Files_OfLua_Compile() => Assert.All(LuaStubs.Create(), stub => Assert.Null(LuaText.Problem(Encoding.UTF8.GetBytes(stub.Value))));

    [Fact]
    public void Members_OfModulesAndObjects_SayWhatTheyTakeAndGive()
    {
        var silent = LuaStubs.Libraries().SelectMany(library => library.Members.Where(member => member.Value is { Signature: null, Value: null, Library: null }).Select(member => $"{library.Name}.{member.Key}"));

        Assert.Empty(silent);
    }

    [Theory]
    [InlineData("(text: string, n?: integer, ...): string!", "text string, n? integer, ... any", "string?, error?")]
    [InlineData("(f: fun(a, b): any, t: {x: integer, y: any}): boolean, error?", "f fun(a, b): any, t {x: integer, y: any}", "boolean, error?")]
    [InlineData("()", "", "")]
    public void Parse_Signature_TakesItApart(string text, string parameters, string results)
    {
        var signature = LuaSignature.Parse(text);

        Assert.Equal(parameters, string.Join(", ", signature.Parameters.Select(parameter => $"{parameter.Name} {parameter.Type}")));
        Assert.Equal(results, string.Join(", ", signature.Results));
    }

    [Theory]
    [InlineData("(a")]
    [InlineData("() string")]
    [InlineData("(1 2)")]
    public void Parse_NoSignature_Throws(string text) => Assert.Throws<FormatException>(() => LuaSignature.Parse(text));

    private static string Schema() => EntrySchema.Create().ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
}
