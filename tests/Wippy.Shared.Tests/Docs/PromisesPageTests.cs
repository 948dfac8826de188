using System.Text.RegularExpressions;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Docs;

/// <summary>docs/promises.md names every promise and tests for it; that its links lead to files is tested with those of all pages.</summary>
public class PromisesPageTests
{
    [Fact]
    public void EveryPromise_HasTests()
    {
        var rows = File.ReadLines(Repository.PathOf("docs/promises.md")).Where(line => Regex.IsMatch(line, @"^\| P\d+ \|")).ToList();

        Assert.Equal(Enumerable.Range(1, 13).Select(n => $"P{n}"), rows.Select(row => row.Split('|')[1].Trim()));
        Assert.All(rows, row => Assert.Contains("](../tests/", row));
    }
}
