using Wippy.Shared.Messaging;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

public class ProcessApiTests
{
    [Fact]
    public void Main_ReturnsValue_IsTheResult()
    {
        using var node = TestNode.WithLua(("main", "return { main = function() return 6 * 7 end }"));
        Assert.Equal(42L, node.Run("main"));
    }

    [Fact]
    public void Send_PingPong_RoundTrip()
    {
        using var node = TestNode.WithLua(
            ("pong", """
                return { main = function()
                  local inbox = process.inbox()
                  while true do
                    local msg = inbox:receive()
                    process.send(msg:from(), "pong", msg:payload():data())
                  end
                end }
                """),
            ("main", """
                return { main = function()
                  local pid, err = process.spawn_monitored("app:pong", "app:user")
                  if err then return nil, err end
                  local inbox = process.inbox()
                  local sum = 0
                  for i = 1, 100 do
                    process.send(pid, "ping", { op = "ping", n = i, list = {1, 2, "x"} })
                    local msg = inbox:receive()
                    sum = sum + msg:payload():data().n
                  end
                  process.terminate(pid)
                  local event = process.events():receive()
                  return { sum = sum, kind = event.kind, error = tostring(event.result.error), from = event.from == pid }
                end }
                """));
        var result = Assert.IsType<Dictionary<string, object?>>(node.Run("main"));
        Assert.Equal(5050L, result["sum"]);
        Assert.Equal("pid.exit", result["kind"]);
        Assert.Equal("process terminated", result["error"]);
        Assert.Equal(true, result["from"]);
    }

    [Fact]
    public void Spawn_ContextValues_AreInherited()
    {
        using var node = TestNode.WithLua(
            ("child", "return { main = function() process.events():receive() end }"),
            ("main", "return { main = function() assert(process.spawn('app:child', 'app:user')) end }"));
        var context = ContextValues.Empty.With([new("tenant", new byte[] { 0xa1, 0x78 })]);

        node.Spawn("main", context: context);

        Assert.Same(context, node.Node.Processes.All.Single(process => process.Entry.Name == "child").Context);
    }

    [Fact]
    public void Coroutines_ChannelsAndTimers_Work()
    {
        using var node = TestNode.WithLua(("main", """
            return { main = function()
              local time = require("time")
              local jobs, out = channel.new(2), channel.new()
              for w = 1, 3 do
                coroutine.spawn(function()
                  while true do
                    local job, ok = jobs:receive()
                    if not ok then return end
                    time.sleep("5ms")
                    out:send(job * 2)
                  end
                end)
              end
              coroutine.spawn(function() for i = 1, 10 do jobs:send(i) end jobs:close() end)
              local sum = 0
              for i = 1, 10 do sum = sum + out:receive() end
              local gen = coroutine.wrap(function() for i = 1, 3 do time.sleep("1ms") coroutine.yield(i) end end)
              for i = 1, 3 do sum = sum + gen() end
              local t = time.after("50ms")
              local r = channel.select { out:case_receive(), t:case_receive() }
              return { sum = sum, timeout = r.channel == t, upper = ("abc"):upper() }
            end }
            """));
        var spawned = node.Spawn("main");
        node.Advance(TimeSpan.FromSeconds(1));
        var result = Assert.IsType<Dictionary<string, object?>>(spawned.Value());
        Assert.Equal(116L, result["sum"]);
        Assert.Equal(true, result["timeout"]);
        Assert.Equal("ABC", result["upper"]);
    }
}
