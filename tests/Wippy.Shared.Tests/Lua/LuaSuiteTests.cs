using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>Runs every test of tests/lua in order of arrival and in random orders, on each of its hosts.</summary>
public class LuaSuiteTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly int Seeds = Environment.GetEnvironmentVariable("WIPPY_LONG") == "1" ? 200 : 20;

    public static TheoryData<string> Tests() => [.. LuaTestFile.All()];

    [Theory]
    [MemberData(nameof(Tests))]
    public void LuaTest_OnItsHostsInManyOrders_Passes(string test)
    {
        var entries = LuaTestFile.Read(test);
        foreach (var host in LuaTestFile.HostsOf(test))
        {
            Run(test, entries, host, seed: null);
            for (var seed = 1; seed <= Seeds; seed++) Run(test, entries, host, seed);
        }
    }

    private static void Run(string test, IEnumerable<Wippy.Shared.Registry.Entry> entries, string host, int? seed)
    {
        var where = $"tests/lua/{test}.lua on the {host} host, {(seed is null ? "in order" : $"seed {seed}")}";
        using var node = new TestNode(entries, seed);
        var spawned = node.Start("test", host);
        var ended = node.RunToEnd(spawned, Limit);
        if (spawned.Refusal is { } refusal) Assert.Fail($"{where}: not started: {refusal.Message}");
        if (!ended) Assert.Fail($"{where}: does not end, it is {spawned.Process!.State}");
        if (spawned.Result!.Error is { } error) Assert.Fail($"{where}: {error.Message}\n{error.Stack}");
        var stuck = node.Node.Processes.All.FirstOrDefault(p => p.Entry.Name == "test");
        Assert.True(stuck is null, $"{where}: {stuck?.Pid} is still in the table");
    }
}
