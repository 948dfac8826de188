using System.Text.RegularExpressions;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Docs;

/// <summary>What the pages quote and refer to is there.</summary>
public class DocumentationTests
{
    public static TheoryData<string> Pages() => new(Directory.GetFiles(Repository.Root, "*.md")
        .Concat(Directory.GetFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories))
        .Concat(Directory.GetFiles(Repository.PathOf("samples"), "*.md", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
        .Order());

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_QuotedCode_OccursInItsSource(string page)
    {
        foreach (Match quote in Regex.Matches(Read(page), @"^<!-- source: (\S+) -->\n```\w+\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline))
        {
            Assert.Contains(quote.Groups[2].Value, Read(quote.Groups[1].Value));
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_CodeBlockInALanguage_SaysWhereItIsFrom(string page)
    {
        var quotes = Regex.Count(Read(page), @"^<!-- source: \S+ -->\n```\w+$", RegexOptions.Multiline);
        var blocks = Regex.Count(Read(page), "^```(lua|csharp|yaml)$", RegexOptions.Multiline);

        Assert.Equal(blocks, quotes);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Links_LeadToFiles(string page)
    {
        var folder = Path.GetDirectoryName(Repository.PathOf(page))!;
        foreach (Match link in Regex.Matches(Read(page), @"\]\(([^)#:]+)(#[^)]*)?\)"))
        {
            Assert.True(File.Exists(Path.Combine(folder, link.Groups[1].Value)), $"{page} links to {link.Groups[1].Value}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_FilesItNames_Exist(string page)
    {
        string[] roots = [Repository.Root, Repository.PathOf("Wippy.Shared"), Path.GetDirectoryName(Repository.PathOf(page))!];
        foreach (Match name in Regex.Matches(Read(page), @"`([\w.-]+(?:/[\w.-]+)+\.(?:cs|lua|yaml|md|py))`"))
        {
            Assert.True(roots.Any(root => File.Exists(Path.Combine(root, name.Groups[1].Value))), $"{page} names {name.Groups[1].Value}");
        }
    }

    private static string Read(string path) => File.ReadAllText(Repository.PathOf(path));
}
