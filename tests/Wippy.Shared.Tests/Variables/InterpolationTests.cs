using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Variables;

/// <summary>Environment variables in the fields of entries.</summary>
public class InterpolationTests
{
    private const string Variables =
        """
        namespace: app
        entries:
          - {name: values, kind: env.storage.static, values: {PORT: "8123", WORKERS: "3", EMPTY: ""}}
          - {name: port, kind: env.variable, variable: PORT, storage: values}
          - {name: workers, kind: env.variable, variable: WORKERS, storage: values}
          - {name: empty, kind: env.variable, variable: EMPTY, storage: values}
          - {name: fallback, kind: env.variable, variable: FALLBACK, storage: values, default: plan-b}

        """;

    [Theory]
    [InlineData("${env:PORT}", "8123")]
    [InlineData("${env:app:port}", "8123")]
    [InlineData("localhost:${env:PORT}/${env:FALLBACK}", "localhost:8123/plan-b")]
    [InlineData("${env:NOBODY|:80}", ":80")]
    [InlineData("${env:NOBODY|}", "")]
    [InlineData("${env:EMPTY|unset}", "unset")]
    [InlineData("${PORT|1}", "8123")]
    [InlineData("${NOBODY|1}", "1")]
    [InlineData("$${env:PORT}", "${env:PORT}")]
    [InlineData("${PORT} ${port|1} $PORT ${}", "${PORT} ${port|1} $PORT ${}")]
    public void Text_Placeholders_AreReplaced(string declared, string expected)
    {
        var entry = Load($"  - {{name: web, kind: http.service, addr: '{declared}'}}\n", out var problems)["web"];

        Assert.Empty(problems);
        Assert.Equal(expected, entry.Fields["addr"]);
        Assert.Equal(declared, ((IReadOnlyDictionary<string, object?>)entry.Data!)["addr"]);
    }

    [Fact]
    public void Number_Placeholder_IsReadAsInYaml()
    {
        var host = HostSpec.Compile(Load("  - {name: hosts, kind: process.host, host: {workers: '${env:WORKERS}', max_processes: '${LIMIT|50}'}}\n", out _)["hosts"]);

        Assert.Equal((3, 50), (host.Workers, host.MaxProcesses));
    }

    [Theory]
    [InlineData("addr_env: PORT", "8123")]
    [InlineData("addr: ':80', addr_env: PORT", "8123")]
    [InlineData("addr: ':80', addr_env: EMPTY", ":80")]
    public void FieldEndingInEnv_NamesAVariable(string fields, string expected) =>
        Assert.Equal(expected, Load($"  - {{name: web, kind: http.service, {fields}}}\n", out _)["web"].Fields["addr"]);

    [Fact]
    public void CodeAndPlainEntries_StayAsTheyAre()
    {
        var entries = Load(
            """
              - {name: f, kind: function.lua, source: "return function() return '${PORT|1}' end"}
              - {name: plain, kind: registry.entry, text: "${PORT|1}"}

            """,
            out _);

        Assert.Equal("return function() return '${PORT|1}' end", entries["f"].Fields["source"]);
        Assert.Equal("${PORT|1}", entries["plain"].Fields["text"]);
    }

    [Fact]
    public async Task Change_OfAnEntry_TakesTheValuesOfThatMoment()
    {
        using var folder = new TempFolder();
        var registry = App.CreateRegistry(App.Load(folder.With("_index.yaml", Variables).Path).Snapshot!);
        var hosts = new Entry(new EntryId("app", "hosts"), EntryKinds.ProcessHost, data: new Dictionary<string, object?> { ["host"] = new Dictionary<string, object?> { ["workers"] = "${env:WORKERS}" } });

        var result = await registry.ApplyAsync([EntryChange.Create(hosts)]);

        Assert.Null(result.Error);
        Assert.True(registry.Current.TryGetHost(hosts.Id, out var spec));
        Assert.Equal(3, spec.Workers);
    }

    private static Dictionary<string, Entry> Load(string entries, out IReadOnlyList<Problem> problems)
    {
        using var folder = new TempFolder();
        var loaded = App.Load(folder.With("_index.yaml", Variables + entries).Path);
        problems = loaded.Problems;
        return loaded.Snapshot!.Entries.Values.ToDictionary(entry => entry.Id.Name);
    }
}
