using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Samples.Tests;

/// <summary>The sample 09-http answers the requests of its README as it says there.</summary>
public class HttpSampleTests
{
    [Fact]
    public async Task Requests_OfReadme_GetTheAnswersOfReadme()
    {
        var commands = File.ReadAllLines(Repository.PathOf("samples/09-http/README.md")).Where(line => line.StartsWith("$ curl ", StringComparison.Ordinal)).ToList();
        await using var runtime = new Runtime(new RuntimeOptions(), OnAFreePort(), new NativeProcesses(), TimeProvider.System, NullLoggerFactory.Instance);
        runtime.Start();
        await runtime.StartServicesAsync();
        using var client = new HttpClient { BaseAddress = new Uri(runtime.Http!.UrlOf(new EntryId("app", "server"))!) };

        var answers = new StringBuilder();
        foreach (var command in commands)
        {
            var path = Regex.Match(command, @"localhost:8080([^""\s]*)").Groups[1].Value;
            var body = Regex.Match(command, @"-d '([^']*)'");
            using var response = body.Success ? await client.PostAsync(path, new StringContent(body.Groups[1].Value)) : await client.GetAsync(path);
            answers.Append((await response.Content.ReadAsStringAsync()).TrimEnd('\n')).Append('\n');
        }

        Assert.Equal(7, commands.Count);
        Assert.Equal(File.ReadAllText(Repository.PathOf("samples/09-http/expected.txt")), answers.ToString());
    }

    [Fact]
    public void Readme_ShowsExpectedOutput()
    {
        var shown = File.ReadAllText(Repository.PathOf("samples/09-http/README.md")).Split("```console\n")[2].Split("```")[0].Split('\n').Where(line => line.Length > 0 && line[0] != '$');

        Assert.Equal(File.ReadAllText(Repository.PathOf("samples/09-http/expected.txt")), string.Concat(shown.Select(line => line + "\n")));
    }

    private static Snapshot OnAFreePort()
    {
        var loaded = App.Load(Repository.PathOf("samples/09-http"));
        Assert.True(loaded.Snapshot is not null, loaded.ToString());
        var id = new EntryId("app", "server");
        var declared = loaded.Snapshot.Entries[id];
        var fields = new Dictionary<string, object?>(declared.Fields) { ["addr"] = "127.0.0.1:0" };
        return Snapshot.FromDeclared(loaded.Snapshot.Entries.SetItem(id, new Entry(id, declared.Kind, declared.Meta, fields)).ToImmutableSortedDictionary());
    }
}
