using System.Text.RegularExpressions;

namespace Wippy.Shared.Tests.Architecture;

/// <summary>Folders of Wippy.Shared depend one way: each may use those in front of it, and nothing else.</summary>
public partial class DependencyDirectionTests
{
    // Folders of one step may use each other and every earlier step. Telemetry is open to all.
    private static readonly string[][] Steps =
    [
        ["Errors", "MessagePack"],
        ["Identity"],
        ["Messaging", "Registry"],
        ["Security", "Variables", "Stores"],
        ["Scheduling"],
        ["Processes"],
        ["Functions", "Queues"],
        ["Channels"],
        ["Supervision", "Http", "Lua"],
        ["Hosting"],
    ];

    private const string OpenToAll = "Telemetry";

    private static readonly IReadOnlyList<SourceFile> Files = SourceFile.Of("Wippy.Shared");

    [Fact]
    public void Folders_OfWippyShared_HaveTheirPlaceInTheOrder()
    {
        var known = Steps.SelectMany(step => step).Append(OpenToAll).Append("").ToHashSet();
        Assert.Equal([], Files.Where(file => !known.Contains(file.Folder)).Select(file => file.Path));
    }

    [Fact]
    public void Folders_OfWippyShared_UseOnlyWhatIsInFrontOfThem()
    {
        var wrong = from file in Files
                    where file.Folder is not ("" or OpenToAll)
                    from used in Used(file)
                    where used != OpenToAll && StepOf(used) > StepOf(file.Folder)
                    select $"{file.Path} uses {used}";
        Assert.Equal([], wrong);
    }

    [Fact]
    public void Namespaces_OfWippyShared_AreTheirFolders()
    {
        var wrong = from file in Files
                    let match = Declared().Match(file.Code)
                    where match.Success
                    let expected = System.IO.Path.GetDirectoryName(file.Path)!.Replace('\\', '/').Replace('/', '.')
                    where match.Groups[1].Value != expected
                    select $"{file.Path} declares {match.Groups[1].Value}";
        Assert.Equal([], wrong);
    }

    [Fact]
    public void Used_SampleFile_FindsUsingsAndQualifiedNames()
    {
        var file = new SourceFile("Wippy.Shared/Errors/X.cs", "using Wippy.Shared.Lua.Native; using static Wippy.Shared.Security.Re2; var x = Wippy.Shared.Channels.Frame.Empty;");
        Assert.Equal(["Channels", "Lua", "Security"], Used(file).Order());
    }

    private static IEnumerable<string> Used(SourceFile file) => Mentioned().Matches(file.Code)
        .Select(match => match.Groups[1].Value)
        .Where(folder => folder != file.Folder)
        .Distinct();

    private static int StepOf(string folder) => Array.FindIndex(Steps, step => step.Contains(folder));

    [GeneratedRegex(@"\bWippy\.Shared\.([A-Z]\w*)")]
    private static partial Regex Mentioned();

    [GeneratedRegex(@"\bnamespace\s+([\w.]+)\s*;")]
    private static partial Regex Declared();
}
