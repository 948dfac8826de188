using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>What Lua processes on different nodes can do with each other: the same as on one.</summary>
public class ProcessesAcrossNodesTests
{
    /// <summary>Sends back what it gets.</summary>
    private const string Echo = """
        return { main = function()
          local inbox = process.inbox()
          while true do
            local msg = inbox:receive()
            process.send(msg:from(), "echo", msg:payload():data())
          end
        end }
        """;

    /// <summary>Waits for a message, then ends: with an error if it says "fail", else with what it says.</summary>
    private const string Waiter = """
        return { main = function()
          local word = process.inbox():receive():payload():data()
          if word == "fail" then error(errors.new{ kind = errors.CONFLICT, message = "told to fail", retryable = true, details = { code = 7 } }) end
          return word
        end }
        """;

    /// <summary>Waits for an event, logs it and returns what it says; traps link failures.</summary>
    private const string Watcher = """
        return { main = function()
          process.set_options({ trap_links = true })
          local event = process.events():receive()
          local err = event.result and event.result.error
          require("logger"):info("watcher saw " .. event.kind .. ": " .. tostring(err))
          return { kind = event.kind, from = event.from, reason = event.reason, error = err and tostring(err), ekind = err and err:kind() }
        end }
        """;

    [Fact]
    public async Task Send_ToAnotherNode_RoundTrip()
    {
        await using var net = await StartAsync("""
            local pid = assert(process.spawn("app:echo", "app:user"))
            local inbox = process.inbox()
            assert(process.send(pid, "ping", { n = 7, list = {1, 2.5, "x"}, ok = true, raw = "\255\0" }))
            local back = inbox:receive():payload():data()
            return { pid = pid, n = back.n, float = back.list[2], text = back.list[3], ok = back.ok, raw = back.raw == "\255\0" }
            """);

        var result = Map(await net.Terminal.RunAsync("main"));

        Assert.StartsWith("{user-1@app:user|0x", (string)result["pid"]!);
        Assert.Equal(7L, result["n"]);
        Assert.Equal(2.5, result["float"]);
        Assert.Equal("x", result["text"]);
        Assert.Equal(true, result["ok"]);
        Assert.Equal(true, result["raw"]);
    }

    [Fact]
    public async Task Spawn_OnAnotherNode_ContextValuesAreInherited()
    {
        await using var net = await StartAsync("""assert(process.spawn("app:waiter", "app:user")) require("logger"):info("child is there")""");
        var context = ContextValues.Empty.With([new("tenant", new byte[] { 0xa1, 0x78 }), new("depth", new byte[] { 7 })]);

        await net.Terminal.SpawnAsync("main", "terminal", context: context);
        await net.Terminal.HasLoggedAsync("child is there");

        var child = net.User.Node.Processes.All.Single(process => process.Entry.Name == "waiter");
        Assert.Equal(context.All.Select(pair => (pair.Key, pair.Value.Span[0])), child.Context.All.Select(pair => (pair.Key, pair.Value.Span[0])));
    }

    [Fact]
    public async Task Send_TenThousandMessages_ArriveInOrder()
    {
        await using var net = await TestDeployment.StartAsync(
            TestNode.Lua("counter", """
                return { main = function(last)
                  local inbox, expected = process.inbox(), 1
                  while expected <= last do
                    local msg = inbox:receive()
                    local n = msg:payload():data()
                    if n ~= expected then error("got " .. n .. ", expected " .. expected) end
                    if msg:topic() ~= "t" .. n % 3 then error("topic " .. msg:topic()) end
                    expected = expected + 1
                  end
                  return expected - 1
                end }
                """),
            TestNode.Lua("main", """
                return { main = function()
                  local pid = assert(process.spawn_monitored("app:counter", "app:user", 10000))
                  for n = 1, 10000 do assert(process.send(pid, "t" .. n % 3, n)) end
                  local result = process.events():receive().result
                  if result.error then error(result.error) end
                  return result.value
                end }
                """));

        Assert.Equal(10_000L, await net.System.RunAsync("main"));
    }

    [Theory]
    [InlineData("spawn_monitored")]
    [InlineData("spawn_linked_monitored")]
    public async Task Spawn_MonitoredChildEnds_ExitComesWithItsValue(string spawn)
    {
        await using var net = await StartAsync($$"""
            local pid = assert(process.{{spawn}}("app:waiter", "app:user"))
            process.send(pid, "go", "finished")
            local event = process.events():receive()
            return { kind = event.kind, same = event.from == pid, value = event.result.value, error = event.result.error }
            """);

        var result = Map(await net.Terminal.RunAsync("main"));

        Assert.Equal("pid.exit", result["kind"]);
        Assert.Equal(true, result["same"]);
        Assert.Equal("finished", result["value"]);
        Assert.False(result.ContainsKey("error"));
    }

    [Fact]
    public async Task Spawn_MonitoredChildFails_ExitCarriesTheWholeError()
    {
        await using var net = await StartAsync("""
            local pid = assert(process.spawn_monitored("app:waiter", "app:user"))
            process.send(pid, "go", "fail")
            local err = process.events():receive().result.error
            return { text = err:message(), kind = err:kind(), retryable = err:retryable(), code = err:details().code }
            """);

        var result = Map(await net.Terminal.RunAsync("main"));

        Assert.Equal("told to fail", result["text"]);
        Assert.Equal("Conflict", result["kind"]);
        Assert.Equal(true, result["retryable"]);
        Assert.Equal(7L, result["code"]);
    }

    [Fact]
    public async Task Spawn_LinkedChildFails_TrappingParentGetsLinkDown()
    {
        await using var net = await StartAsync("""
            process.set_options({ trap_links = true })
            local pid = assert(process.spawn_linked("app:waiter", "app:user"))
            process.send(pid, "go", "fail")
            local event = process.events():receive()
            return { kind = event.kind, same = event.from == pid, error = tostring(event.result.error) }
            """);

        var result = Map(await net.Terminal.RunAsync("main"));

        Assert.Equal("pid.link.down", result["kind"]);
        Assert.Equal(true, result["same"]);
        Assert.Equal("told to fail", result["error"]);
    }

    [Fact]
    public async Task Spawn_LinkedChildFails_ParentEndsToo()
    {
        await using var net = await StartAsync("""
            local pid = assert(process.spawn_linked("app:waiter", "app:user"))
            process.send(pid, "go", "fail")
            process.inbox():receive()
            """);

        var end = await Assert.ThrowsAsync<InvalidOperationException>(() => net.Terminal.RunAsync("main"));

        Assert.Contains("linked process failed", end.Message);
    }

    [Fact]
    public async Task Spawn_ArgumentsAndUnknownEntry_AsLocally()
    {
        await using var net = await StartAsync("""
            local pid = assert(process.spawn_monitored("app:sum", "app:user", 1, 2, 39))
            local value = process.events():receive().result.value
            local none, err = process.spawn("app:missing", "app:user")
            return { value = value, none = none == nil, error = err:message(), kind = err:kind() }
            """);

        var result = Map(await net.Terminal.RunAsync("main"));

        Assert.Equal(42L, result["value"]);
        Assert.Equal(true, result["none"]);
        Assert.Equal("factory not found", result["error"]);
        Assert.Equal("NotFound", result["kind"]);
    }

    [Fact]
    public async Task Monitor_ProcessElsewhere_ExitAfterItsMessages()
    {
        await using var net = await StartAsync("""
            local pid = assert(process.spawn("app:talker", "app:user"))
            assert(process.monitor(pid))
            local again, err = process.monitor(pid)
            process.send(pid, "go", 500)
            process.events():receive()
            local inbox, count = process.inbox(), 0
            local r = channel.select { inbox:case_receive(), default = true }
            while r.channel == inbox do
              count = count + 1
              r = channel.select { inbox:case_receive(), default = true }
            end
            return { count = count, again = again == nil, error = tostring(err) }
            """);

        var result = Map(await net.Terminal.RunAsync("main"));

        Assert.Equal(500L, result["count"]);
        Assert.Equal("already monitoring pid", result["error"]);
    }

    [Fact]
    public async Task Monitor_EndedProcess_FailsAsLocally()
    {
        await using var net = await StartAsync("""
            local pid = assert(process.spawn_monitored("app:sum", "app:user"))
            process.events():receive()
            local ok, err = process.monitor(pid)
            local linked, lerr = process.link(pid)
            local ended, terr = process.terminate(pid)
            return { monitor = tostring(err), link = tostring(lerr), terminate = tostring(terr), kind = terr:kind() }
            """);

        var result = Map(await net.Terminal.RunAsync("main"));

        Assert.Equal("pid not registered", result["monitor"]);
        Assert.Equal("pid not registered", result["link"]);
        Assert.Equal("process not found", result["terminate"]);
        Assert.Equal("Internal", result["kind"]);
    }

    [Fact]
    public async Task Unmonitor_ThenEnd_NoExit()
    {
        await using var net = await StartAsync("""
            local first = assert(process.spawn_monitored("app:waiter", "app:user"))
            local second = assert(process.spawn_monitored("app:waiter", "app:user"))
            assert(process.unmonitor(first))
            process.send(first, "go", "one")
            process.send(second, "go", "two")
            local event = process.events():receive()
            return event.from == second and event.result.value
            """);

        Assert.Equal("two", await net.Terminal.RunAsync("main"));
    }

    [Fact]
    public async Task Link_ProcessElsewhereIsTerminated_LinkDown()
    {
        await using var net = await StartAsync("""
            process.set_options({ trap_links = true })
            local pid = assert(process.spawn("app:waiter", "app:user"))
            assert(process.link(pid))
            assert(process.terminate(pid))
            local event = process.events():receive()
            return { kind = event.kind, error = tostring(event.result.error) }
            """);

        var result = Map(await net.Terminal.RunAsync("main"));

        Assert.Equal("pid.link.down", result["kind"]);
        Assert.Equal("process terminated", result["error"]);
    }

    [Fact]
    public async Task Link_OwnEndWithError_BreaksTheOtherSide()
    {
        await using var net = await StartAsync("""
            local watcher = assert(process.spawn("app:watcher", "app:user"))
            assert(process.link(watcher))
            error("gone wrong")
            """);

        await Assert.ThrowsAsync<InvalidOperationException>(() => net.Terminal.RunAsync("main"));

        // The watcher ends once it has seen the event.
        await net.User.HasLoggedAsync("watcher saw pid.link.down: ");
    }

    [Fact]
    public async Task Unlink_ThenFailure_LeavesTheParentAlone()
    {
        await using var net = await StartAsync("""
            local pid = assert(process.spawn_linked_monitored("app:waiter", "app:user"))
            assert(process.unlink(pid))
            process.send(pid, "go", "fail")
            return process.events():receive().kind
            """);

        Assert.Equal("pid.exit", await net.Terminal.RunAsync("main"));
    }

    [Fact]
    public async Task Cancel_ProcessElsewhere_EventWithReason()
    {
        await using var net = await StartAsync("""
            local pid = assert(process.spawn_monitored("app:watcher", "app:user"))
            assert(process.cancel(pid, "enough"))
            local value = process.events():receive().result.value
            value.me = value.from == process.pid()
            return value
            """);

        var result = Map(await net.Terminal.RunAsync("main"));

        Assert.Equal("pid.cancel", result["kind"]);
        Assert.Equal("enough", result["reason"]);
        Assert.Equal(true, result["me"]);
    }

    [Fact]
    public async Task Spawn_ActorAndScope_TravelWithTheSpawn()
    {
        var policy = new Entry(new EntryId("app", "echo_only"), EntryKinds.SecurityPolicy, data: new Dictionary<string, object?>
        {
            ["policy"] = new Dictionary<string, object?>
            {
                ["actions"] = new List<object?> { "process.spawn", "process.host" },
                ["resources"] = "*",
                ["effect"] = "allow",
            },
        });
        await using var net = await StartAsync(
            """
            return process.spawn("app:reporter", "app:user")
            """,
            policy,
            TestNode.Lua("reporter", """
                return { main = function()
                  local ok, err = process.send(process.pid(), "self", 1)
                  require("logger"):info("reporter: " .. tostring(err))
                end }
                """));
        Assert.True(net.Terminal.Node.Policies.TryGetPolicy(policy.Id, out var compiled));
        var security = new SecurityContext(new Actor("user:7", new Dictionary<string, object?> { ["role"] = "guest" }), Scope.Of([compiled]));

        var pid = await net.Terminal.RunAsync("main", security: security);

        await net.User.HasLoggedAsync($"reporter: not allowed to send: {pid}");
    }

    [Fact]
    public async Task Upgrade_UnderLoadFromAllNodes_LosesNothing()
    {
        static Entry Sample(string name) => TestNode.Lua(name, File.ReadAllText(Repository.PathOf($"samples/08-upgrade/src/{name}.lua")));
        await using var net = await TestDeployment.StartAsync(
            Sample("counter_v1"),
            Sample("counter_v2"),
            Sample("sender"),
            TestNode.Lua("main", """
                return { main = function()
                  local counter = assert(process.spawn_linked("app:counter_v1", "app:user"))
                  assert(process.registry.register("counter", counter))
                  local hosts = { "app:system", "app:user", "app:terminal" }
                  for _, host in ipairs(hosts) do assert(process.spawn_monitored("app:sender", host, counter, 2000, process.pid())) end
                  local inbox, events = process.inbox(), process.events()
                  local version, left, progress = 1, #hosts, 0
                  while left > 0 or progress < 6 do
                    local r = channel.select { inbox:case_receive(), events:case_receive() }
                    if r.channel == events then
                      if r.value.result.error then error(r.value.result.error) end
                      left = left - 1
                    else
                      progress = progress + 1
                      version = 3 - version
                      assert(process.send("counter", "upgrade", "app:counter_v" .. version))
                    end
                  end
                  -- What the senders sent may still be on its way on another connection.
                  local state
                  repeat
                    assert(process.send("counter", "report", process.pid()))
                    state = inbox:receive():payload():data()
                  until state.total == 6000
                  return { total = state.total, upgrades = state.upgrades, same = process.registry.lookup("counter") == counter }
                end }
                """));

        var result = Map(await net.Terminal.RunAsync("main"));

        Assert.Equal(6000L, result["total"]);
        Assert.Equal(6L, result["upgrades"]);
        Assert.Equal(true, result["same"]);
    }

    private static Task<TestDeployment> StartAsync(string main, params Entry[] more) => TestDeployment.StartAsync(
    [
        TestNode.Lua("main", $"return {{ main = function()\n{main}\nend }}"),
        TestNode.Lua("echo", Echo),
        TestNode.Lua("waiter", Waiter),
        TestNode.Lua("watcher", Watcher),
        TestNode.Lua("sum", "return { main = function(...) local sum = 0 for _, n in ipairs({...}) do sum = sum + n end return sum end }"),
        TestNode.Lua("talker", """
            return { main = function()
              local msg = process.inbox():receive()
              for n = 1, msg:payload():data() do process.send(msg:from(), "n", n) end
            end }
            """),
        .. more,
    ]);

    private static Dictionary<string, object?> Map(object? value) => Assert.IsType<Dictionary<string, object?>>(value);
}
