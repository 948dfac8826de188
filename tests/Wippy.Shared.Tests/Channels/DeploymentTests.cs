using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>Nodes in one test process, connected over loopback, with Lua processes on them.</summary>
public class DeploymentTests
{
    private const string Echo = """
        return { main = function()
          local inbox = process.inbox()
          while true do
            local msg = inbox:receive()
            process.send(msg:from(), "echo", msg:payload():data())
          end
        end }
        """;

    [Fact]
    public async Task Send_ToAnotherNode_RoundTrip()
    {
        await using var net = await TestDeployment.StartAsync(
            TestNode.Lua("echo", Echo),
            TestNode.Lua("main", """
                return { main = function()
                  local pid, err = process.spawn_monitored("app:echo", "app:user")
                  if err then return nil, err end
                  local inbox = process.inbox()
                  process.send(pid, "ping", { n = 7, list = {1, 2.5, "x"}, ok = true })
                  local back = inbox:receive():payload():data()
                  process.terminate(pid)
                  local event = process.events():receive()
                  return { n = back.n, x = back.list[3], pid = pid, kind = event.kind, from = event.from, error = tostring(event.result.error), ekind = event.result.error:kind() }
                end }
                """));

        var result = Assert.IsType<Dictionary<string, object?>>(await net.Terminal.RunAsync("main"));

        Assert.Equal(7L, result["n"]);
        Assert.Equal("x", result["x"]);
        Assert.StartsWith("{user-1@app:user|0x", Assert.IsType<string>(result["pid"]));
        Assert.Equal("pid.exit", result["kind"]);
        Assert.Equal(result["pid"], result["from"]);
        Assert.Equal("process terminated", result["error"]);
        Assert.Equal("Internal", result["ekind"]);
    }
}
