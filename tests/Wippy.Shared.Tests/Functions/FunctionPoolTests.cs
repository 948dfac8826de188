using Wippy.Shared.Errors;
using Wippy.Shared.Functions;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Functions;

/// <summary>How instances of functions come and go; what calls see of it is in tests/lua/funcs.</summary>
public class FunctionPoolTests
{
    // Says how often its instance was called, and by which one of the instances that ever were.
    private const string Counter = """
        local time = require("time")
        local calls = 0
        return { main = function()
          calls = calls + 1
          time.sleep("1ms")
          return calls
        end }
        """;

    [Fact]
    public void Call_InstanceWasIdleTooLong_IsANewOne()
    {
        using var node = new TestNode([Function("f", Counter)]);

        Assert.Equal([1L, 2L], [Call(node), Call(node)]);
        node.Advance(FunctionPools.IdleLimit - TimeSpan.FromSeconds(1));
        Assert.Equal(3L, Call(node));
        node.Advance(FunctionPools.IdleLimit + TimeSpan.FromSeconds(11));
        Assert.Equal(1L, Call(node));
    }

    [Theory]
    [InlineData("static", 2, 2)]   // the third call has waited for one of the two
    [InlineData("adaptive", 1, 1)]
    [InlineData("lazy", 1, 0)]
    public void Sweep_InstancesIdleForLong_KeepsTheMinimum(string type, int size, int kept)
    {
        using var node = new TestNode([Function("f", Counter, ("type", type), ("size", (long)size), ("max_size", 3L))]);
        var calls = Enumerable.Range(0, 3).Select(_ => node.Call("f")).ToList();
        node.Advance(TimeSpan.FromSeconds(1));
        Assert.All(calls, call => Assert.Null(call.Result!.Error));

        node.Advance(FunctionPools.IdleLimit * 3);

        // As many old ones as were kept answer, then new ones.
        calls = [.. Enumerable.Range(0, 3).Select(_ => node.Call("f"))];
        node.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(type == "static" ? 3 : kept, calls.Count(call => (long)call.Value()! > 1));
    }

    [Fact]
    public async Task Call_CodeWasReplaced_RunningOnesEndOnTheOldCode()
    {
        using var node = new TestNode([Function("f", "return { main = function() process.inbox():receive() return 'old' end }"), Function("other", Counter)]);
        var running = node.Call("f");
        Assert.Equal(1L, Call(node, "other"));
        node.Scheduler.RunUntilIdle();

        await node.Node.Registry.ApplyAsync([EntryChange.Update(Function("f", "return { main = function() return 'new' end }"))]);

        Assert.Equal("new", Call(node));
        var process = node.Node.Processes.All.Single();
        process.Post(Message.Create(Pid.None, Topic.Of("go"u8), [0x90]));
        node.Scheduler.RunUntilIdle();
        Assert.Equal("old", running.Value());
        Assert.Equal("new", Call(node));
        // Functions that the change does not touch keep their instances.
        Assert.Equal(2L, Call(node, "other"));
    }

    [Fact]
    public async Task Call_LibraryWasReplaced_UsesTheNewOne()
    {
        var imports = new Dictionary<string, object?> { ["lib"] = "app:lib" };
        using var node = new TestNode([TestNode.Library("lib", "return 1"), Function("f", "local lib = require('lib') return { main = function() return lib end }", ("imports", imports))]);
        Assert.Equal(1L, Call(node));

        await node.Node.Registry.ApplyAsync([EntryChange.Update(TestNode.Library("lib", "return 2"))]);

        Assert.Equal(2L, Call(node));
    }

    [Fact]
    public void WarmStart_FirstCall_FindsAllInstancesReady()
    {
        using var node = new TestNode(
        [
            Function("f", "process.send('log', 'made', process.pid()) return { main = function() end }", ("type", "static"), ("size", 3L), ("warm_start", true)),
            TestNode.Lua("log", "process.registry.register('log') return { main = function() local n = 0 for i = 1, 3 do process.inbox():receive() n = n + 1 end return n end }"),
        ]);
        var log = node.Start("log");
        node.Scheduler.RunUntilIdle();

        Call(node);

        Assert.Equal(3L, log.Value());
    }

    [Fact]
    public void Call_FromTwoHosts_RunsInTheZoneOfEach()
    {
        using var node = new TestNode([Function("f", "return { main = function() return process.pid() end }")]);

        var pids = new[] { "user", "system" }.Select(host =>
        {
            var call = node.Call("f", host);
            Assert.Equal(host, node.Node.Processes.All.Single().Host.Zone.ToText());
            node.Scheduler.RunUntilIdle();
            return (string)call.Value()!;
        }).ToList();

        Assert.StartsWith("{app:f#lua.1|", pids[0], StringComparison.Ordinal);
        Assert.StartsWith("{app:f#lua.2|", pids[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_HostWithCalls_AsksThemToEndAndWaits()
    {
        using var node = new TestNode([Function("f", "return { main = function() local e = process.events():receive() return e.kind .. ' ' .. e.reason end }")]);
        var call = node.Call("f");
        node.Scheduler.RunUntilIdle();
        Assert.True(node.Node.TryGetHost(new EntryId("app", "user"), out var host));
        Assert.Equal(1, host!.Count);

        var stopped = host.StopAsync(TimeSpan.FromSeconds(1));
        Assert.False(stopped.IsCompleted);
        node.Scheduler.RunUntilIdle();
        await stopped;

        Assert.Equal("pid.cancel scheduler shutdown", call.Value());
        Assert.Equal(0, host.Count);
        var refused = node.Call("f");
        Assert.Equal((ErrorKind.Unavailable, "host is shutting down"), (refused.Result!.Error!.Kind, refused.Result.Error.Message));
    }

    [Fact]
    public void Call_AgainAndAgain_LeavesNoProcessBehind()
    {
        using var node = new TestNode([Function("f", Counter)]);
        for (var i = 1; i <= 50; i++) Assert.Equal((long)i, Call(node));

        Assert.Empty(node.Node.Processes.All);
    }

    private static object? Call(TestNode node, string function = "f")
    {
        var call = node.Call(function);
        Assert.True(node.RunUntil(() => call.Result is not null, TimeSpan.FromSeconds(10)));
        return call.Value();
    }

    private static Entry Function(string name, string source, params (string Name, object Value)[] fields)
    {
        var data = new Dictionary<string, object?> { ["source"] = source, ["modules"] = new List<object?> { "time" } };
        var pool = new Dictionary<string, object?>();
        foreach (var (field, value) in fields) (field == "imports" ? data : pool)[field] = value;
        if (pool.Count > 0) data["pool"] = pool;
        return new Entry(new EntryId("app", name), EntryKinds.LuaFunction, data: data);
    }
}
