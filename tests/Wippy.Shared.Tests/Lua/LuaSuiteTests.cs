using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>Runs every test of tests/lua in order of arrival and in random orders, on each of its hosts.</summary>
public class LuaSuiteTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("WIPPY_LONG") == "1";

    // Where the order in which processes run makes a difference, more orders are tried.
    private static readonly string[] Ordered = ["messages", "receive", "relations", "names", "exec", "spawner", "upgrade"];

    // These count on a state that nobody has used before, or leave processes behind, as do those with stores, queues and variables; all others must not notice that their
    // instance has served another call.
    private static readonly string[] OnlyOnce =
    [
        "environment/globals_belong_to_one_entry",
        "funcs/instances_keep_their_state",
        "funcs/nothing_of_a_call_remains",
        "funcs/retries",
        "names/for_another_pid",
        "names/race_has_one_winner",
        "spawn/top_level_of_a_library_may_leave_a_timer",
        "store/full",
        "store/list",
        "store/versions",
    ];

    public static TheoryData<string> Tests() => [.. LuaTestFile.All()];

    // Functions run in the zone of their caller, which is the user zone here.
    public static TheoryData<string> FunctionTests() => [.. LuaTestFile.All().Where(test => LuaTestFile.HostsOf(test).Contains("user"))];

    [Theory]
    [MemberData(nameof(Tests))]
    public void LuaTest_OnItsHostsInManyOrders_Passes(string test)
    {
        var entries = LuaTestFile.Read(test);
        var seeds = LuaTestFile.IsForOnce(test) ? 0 : SeedsOf(test);
        foreach (var host in LuaTestFile.HostsOf(test))
        {
            Run(test, entries, host, seed: null);
            for (var seed = 1; seed <= seeds; seed++) Run(test, entries, host, seed);
        }
    }

    private static int SeedsOf(string test) => (IsLong, Ordered.Contains(test.Split('/')[0])) switch
    {
        (false, false) => 20,
        (false, true) => 100,
        (true, false) => 200,
        (true, true) => 1000,
    };

    [Theory]
    [MemberData(nameof(FunctionTests))]
    public void LuaTest_AsAFunction_Passes(string test)
    {
        using var node = new TestNode(LuaTestFile.Read(test, EntryKinds.LuaFunction));
        for (var turn = 1; turn <= (OnlyOnce.Contains(test) || LuaTestFile.HasEntriesBeside(test) ? 1 : 2); turn++)
        {
            var called = node.Call("test");
            if (!node.RunUntil(() => called.Result is not null, Limit)) Assert.Fail($"tests/lua/{test}.lua as a function, turn {turn}: does not end");
            if (called.Result!.Error is { } error) Assert.Fail($"tests/lua/{test}.lua as a function, turn {turn}: {error.Message}\n{error.Stack}");
        }
    }

    private static void Run(string test, IEnumerable<Entry> entries, string host, int? seed)
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
