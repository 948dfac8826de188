using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Shared.Tests.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Processes;

/// <summary>What tests/lua/upgrade cannot show: native programs, permissions, new code, what other parts of the runtime see.</summary>
public class UpgradeTests
{
    private const string Counter = """
        return { main = function(n)
          n = n or 0
          while true do
            local msg = process.inbox():receive()
            if msg:topic() == "upgrade" then process.upgrade(nil, n) end
            if msg:topic() == "done" then return "VERSION " .. n end
            n = n + msg:payload():data()
          end
        end }
        """;

    [Fact]
    public async Task Upgrade_RegistryHasNewCode_RunsTheNewCodeWithTheOldState()
    {
        using var node = new TestNode([TestNode.Lua("counter", Counter.Replace("VERSION", "old"))]);
        var counter = node.Spawn("counter");
        node.Send(counter, "add", 2L);

        await ChangeAsync(node, TestNode.Lua("counter", Counter.Replace("VERSION", "new")));
        node.Send(counter, "add", 3L);
        node.Send(counter, "upgrade");
        node.Send(counter, "add", 5L);
        node.Send(counter, "done");

        Assert.Equal("new 10", counter.Value());
        Assert.Equal(2, ((LuaPrograms)node.Node.Programs).Compilations);
    }

    [Fact]
    public void Upgrade_AThousandTimes_CompilesNothing()
    {
        using var node = TestNode.WithLua(("counter", Counter));
        var counter = node.Spawn("counter");
        var programs = (LuaPrograms)node.Node.Programs;
        Assert.Equal(1, programs.Compilations);

        for (var i = 0; i < 1000; i++)
        {
            node.Send(counter, "upgrade");
            node.Send(counter, "add", 1L);
        }
        node.Send(counter, "done");

        Assert.Equal("VERSION 1000", counter.Value());
        Assert.Equal(1, programs.Compilations);
    }

    [Fact]
    public void Upgrade_KeepsIdentityActorScopeAndContext()
    {
        using var node = TestNode.WithLua(("counter", Counter));
        var security = new SecurityContext(new Actor("user:1"), Scope.Of([SecurityApp.Policy()]));
        var context = ContextValues.Empty.With([new("tenant", new byte[] { 7 })]);
        var counter = node.Spawn("counter", security: security, context: context);
        var process = counter.Process!;

        node.Send(counter, "upgrade");

        Assert.Same(process, counter.Process);
        Assert.Equal(security, process.Security);
        Assert.Same(context, process.Context);
        Assert.Equal(ProcessState.Idle, process.State);
    }

    [Theory]
    [InlineData("process.upgrade('app:other')", "app:other", "not allowed to upgrade to process: app:other")]
    [InlineData("process.upgrade('app:other')", "app:main", "other")]
    [InlineData("process.upgrade()", "app:main", "again")]
    [InlineData("process.upgrade('app:main')", "app:main", "again")]
    public void Upgrade_ToAnotherEntry_NeedsPermissionToSpawnIt(string upgrade, string denied, string expected)
    {
        using var node = TestNode.WithLua(
            ("other", "return { main = function() return 'other' end }"),
            ("main", $$"""
                return { main = function()
                  if process.registry.lookup("been here") then return "again" end
                  process.registry.register("been here")
                  local ok, err = pcall(function() {{upgrade}} end)
                  return err:message()
                end }
                """));
        var scope = Scope.Of([SecurityApp.Policy(), SecurityApp.Policy("process.spawn", $"'{denied}'", "deny", name: "but")]);

        Assert.Equal(expected, node.Spawn("main", security: new SecurityContext(new Actor("user:1"), scope)).Value());
    }

    [Fact]
    public async Task Upgrade_LibraryHasChanged_TellsOnceWhatHasChanged()
    {
        using var node = new TestNode(
        [
            TestNode.Library("inner", "return 1"),
            new Entry(new EntryId("app", "outer"), EntryKinds.LuaLibrary, data: new Dictionary<string, object?>
            {
                ["source"] = "return 1",
                ["imports"] = new Dictionary<string, object?> { ["inner"] = "app:inner" },
            }),
            TestNode.Library("unrelated", "return 1"),
            TestNode.Lua(
                "main",
                """
                return { main = function(version)
                  process.set_options({ upgradable = true })
                  local seen = {}
                  local done = process.listen("done")
                  while true do
                    done:receive()
                    local r = channel.select { process.events():case_receive(), default = true }
                    if r.default then return seen end
                    local event = r.value
                    seen[#seen + 1] = event.kind .. " " .. event.from .. " " .. table.concat(event.sources, ",")
                  end
                end }
                """,
                new Dictionary<string, object?> { ["outer"] = "app:outer" }),
        ]);
        var main = node.Spawn("main");

        await ChangeAsync(node, TestNode.Library("unrelated", "return 2"));
        await ChangeAsync(node, TestNode.Library("inner", "return 2"));
        await ChangeAsync(node, TestNode.Library("inner", "return 3"));
        node.Send(main, "done");
        await ChangeAsync(node, TestNode.Library("inner", "return 4"));
        node.Send(main, "done");
        node.Send(main, "done");

        Assert.Equal(["pid.outdated {|} app:inner", "pid.outdated {|} app:inner"], Assert.IsType<List<object?>>(main.Value()).Cast<string>());
    }

    [Fact]
    public async Task Upgrade_NoticeThatItMakesVoid_IsForgotten()
    {
        const string Source = """
            return { main = function(again)
              if not again then
                process.set_options({ upgradable = true })
                process.inbox():receive()
                process.upgrade(nil, true)
              end
              process.inbox():receive()
              local r = channel.select { process.events():case_receive(), default = true }
              return r.default == true
            end }
            """;
        using var node = new TestNode([TestNode.Lua("main", Source)]);
        var main = node.Spawn("main");

        await ChangeAsync(node, TestNode.Lua("main", Source + "\n"));
        node.Send(main, "upgrade");
        node.Send(main, "done");

        Assert.Equal(true, main.Value());
    }

    [Fact]
    public async Task NotUpgradable_IsNotTold()
    {
        using var node = TestNode.WithLua(("counter", Counter));
        var counter = node.Spawn("counter");
        var steps = counter.Process!.Steps;

        await ChangeAsync(node, TestNode.Lua("counter", Counter + "\n"));
        node.Scheduler.RunUntilIdle();

        Assert.Equal(steps, counter.Process!.Steps);
    }

    [Fact]
    public void Native_UpgradesToLuaAndBack_MessagesInOrder()
    {
        var natives = new NativeProcesses().Add("adder", () => new Adder());
        using var node = new TestNode(
            [
                new Entry(new EntryId("app", "native"), EntryKinds.NativeProcess, data: new Dictionary<string, object?> { ["class"] = "adder" }),
                TestNode.Lua("lua", """
                    return { main = function(sum)
                      while true do
                        local msg = process.inbox():receive()
                        if msg:topic() == "upgrade" then process.upgrade("app:native", sum .. " lua") end
                        sum = sum .. " " .. msg:payload():data()
                      end
                    end }
                    """),
            ],
            natives: natives);
        var process = node.Start("native");
        node.Scheduler.RunUntilIdle();
        // All wait before the first of them is taken.
        foreach (var (topic, number) in new[] { ("add", 1L), ("upgrade", 0), ("add", 2), ("add", 3), ("upgrade", 0), ("add", 4), ("done", 0) }) node.Post(process, topic, number);
        node.Scheduler.RunUntilIdle();

        Assert.Equal("1 native 2 3 lua 4", ((string)process.Value()!).Trim());
    }

    [Fact]
    public void Native_UpgradeWhileAnotherReceiveIsUnderWay_LosesNothing()
    {
        var natives = new NativeProcesses().Add("greedy", () => new Greedy());
        using var node = new TestNode(
            [
                new Entry(new EntryId("app", "native"), EntryKinds.NativeProcess, data: new Dictionary<string, object?> { ["class"] = "greedy" }),
                TestNode.Lua("after", "return { main = function() return process.inbox():receive():topic() .. ' ' .. process.events():receive().kind end }"),
            ],
            natives: natives);
        var process = node.Start("native");
        node.Scheduler.RunUntilIdle();
        process.Process!.Post(new Signal(SignalKind.Cancel, Pid.None, DateTimeOffset.UnixEpoch));
        node.Post(process, "kept");
        node.Scheduler.RunUntilIdle();

        Assert.Equal("kept pid.cancel", process.Value());
    }

    [Fact]
    public void Native_UpgradeFails_EndsWithTheReason()
    {
        var natives = new NativeProcesses().Add("lost", () => new Lost());
        using var node = new TestNode(
            [new Entry(new EntryId("app", "native"), EntryKinds.NativeProcess, data: new Dictionary<string, object?> { ["class"] = "lost" })], natives: natives);

        var process = node.Spawn("native");

        Assert.Equal(new Error(ErrorKind.NotFound, "upgrade: create failed: factory not found"), process.Result!.Error);
    }

    [Fact]
    public void EndedWhileItUpgrades_OldAndNewAreClosed()
    {
        using var node = new ScriptedNode();
        var made = new List<ScriptedBehavior>();
        node.Script = behavior =>
        {
            made.Add(behavior);
            if (made.Count > 1) return;
            behavior.OnStep = self =>
            {
                self.Upgrade = new Upgrade(new EntryId("app", "other"), Payload.Empty, new Signal(SignalKind.Exit, Pid.None, default));
                self.Process.End(ProcessErrors.Terminated);
                return Progress.Upgrade;
            };
        };

        node.Spawn();

        Assert.Equal(1, Assert.Single(made).Closed);
        Assert.Empty(node.Node.Processes.All);
    }

    private static async Task ChangeAsync(TestNode node, Entry entry)
    {
        var result = await node.Node.Registry.ApplyAsync([EntryChange.Update(entry)]);
        Assert.Null(result.Error);
    }

    private sealed class Adder : NativeProcess
    {
        public override async Task<object?> RunAsync(NativeContext process)
        {
            var sum = process.Arguments is [string before] ? before : "";
            while (true)
            {
                var message = await process.ReceiveAsync();
                if (message.Topic == "done") return sum;
                if (message.Topic == "upgrade") await process.UpgradeAsync("app:lua", $"{sum} native");
                sum += $" {message.Values[0]}";
            }
        }
    }

    /// <summary>Waits twice at once: the reader that comes second upgrades before the first has run.</summary>
    private sealed class Greedy : NativeProcess
    {
        public override async Task<object?> RunAsync(NativeContext process)
        {
            process.Cancelled.Register(() => process.UpgradeAsync("app:after"));
            return (await process.ReceiveAsync()).Topic;
        }
    }

    private sealed class Lost : NativeProcess
    {
        public override async Task<object?> RunAsync(NativeContext process)
        {
            await process.UpgradeAsync("app:missing");
            return "went on";
        }
    }
}
