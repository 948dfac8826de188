using System.Text.Json.Nodes;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>A real connection, recorded and read by another implementation of docs/wire-format.md.</summary>
public class WireInteropTests
{
    // Debian's own interpreter by its full path: another python3 that comes first on PATH does not see Debian's packages.
    private const string Python = "/usr/bin/python3";
    private const string Installation = "needs the Debian package python3-msgpack: apt-get install python3-msgpack";

    [Fact]
    public async Task Connection_Recorded_IsReadByPython()
    {
        await using var net = await TestDeployment.StartSystemAsync(TestService.App(
            TestNode.Lua("echo", """
                return { main = function(first)
                  local msg = process.inbox():receive()
                  process.send(msg:from(), "echo", first, msg:payload():data())
                  process.events():receive()
                  return { done = true }
                end }
                """),
            TestNode.Lua("main", """
                return { main = function()
                  assert(process.registry.register("main"))
                  local pid = assert(process.spawn_linked_monitored("app:echo", "app:system", 7))
                  local shared = { 1, 2.5, "x" }
                  local err = errors.new{ kind = errors.CONFLICT, message = "clash", retryable = false, details = { at = 3 } }
                  assert(process.send(pid, "values", { a = shared, b = shared, err = err, raw = "\255", ok = true }))
                  process.inbox():receive()
                  assert(events.send("app", "made", "/x", { 1 }))
                  assert(process.cancel(pid, "enough"))
                  process.events():receive()
                  local missing, why = process.monitor(pid)
                  return tostring(why)
                end }
                """)));
        using var tap = new WireTap(net.System.Endpoint);
        var terminal = new TestService("terminal-1", new ChannelOptions { Zone = Zone.Terminal, SystemEndpoint = tap.Endpoint }, net.App);
        await using (terminal)
        {
            await terminal.Deployment.StartAsync();
            await terminal.Deployment.Joined.WaitAsync(TestService.Patience);
            Assert.Equal("pid not registered", await terminal.RunAsync("main", new SecurityContext(new Actor("user:7"), null)));
        }
        await tap.Ended.WaitAsync(TestService.Patience);

        var frames = await ReadAsync(tap);

        Assert.Equal("terminal-1", Single(frames, "dialler", "hello")["node"]!.GetValue<string>());
        Assert.Equal("""[["main",["terminal-1","app:terminal",1]]]""", Changes(frames));
        AssertJson("""[7]""", Single(frames, "dialler", "spawn")["arguments"]);
        AssertJson("\"user:7\"", Single(frames, "dialler", "spawn")["actor"]);
        AssertJson("""["terminal-1","app:terminal",1]""", Single(frames, "dialler", "send")["from"]);
        var value = Single(frames, "dialler", "send")["payload"]![0]!["graph"]!;
        // The table that is sent under two keys is written under one of them; the map itself is table 0.
        var (table, reference) = value["a"] is JsonArray ? ("a", "b") : ("b", "a");
        AssertJson("""[1,2.5,"x"]""", value[table]);
        AssertJson("""{"reference":1}""", value[reference]);
        AssertJson("""{"error":["Conflict","clash",false,{"at":3},"stack of main:\n\tapp:main:5: in ? (Lua)"]}""", value["err"]);
        AssertJson("\"\\\\xff\"", value["raw"]);
        AssertJson("""[{"done":true}]""", Single(frames, "listener", "signal")["result"]);
        AssertJson("""["app","made","/x",[[1]]]""", new JsonArray([.. new[] { "system", "kind", "path", "data" }.Select(field => Single(frames, "dialler", "event")[field]!.DeepClone())]));
        var asks = frames.Where(frame => frame["type"]!.GetValue<string>() == "ask").ToList();
        Assert.Contains(asks, ask => ask["reason"]!.GetValue<string>() == "enough");
        Assert.Contains(frames, frame => frame["type"]!.GetValue<string>() == "reply" && frame["error"]?[1]?.GetValue<string>() == "pid not registered");
        Assert.Equal("node terminal-1 is stopping", Single(frames, "dialler", "goodbye")["reason"]!.GetValue<string>());
    }

    private static async Task<List<JsonNode>> ReadAsync(WireTap tap)
    {
        Assert.True(TestService.KeysOf(Zone.Terminal).TryGet(Zone.Terminal, Zone.System, out var key, out _));
        var recording = new JsonObject
        {
            ["key"] = Convert.ToHexStringLower(key),
            ["dialler"] = Convert.ToHexStringLower(tap.Dialler),
            ["listener"] = Convert.ToHexStringLower(tap.Listener),
        };
        var output = await InteropFolder.RunAsync(Python, Installation, ["wire_read.py"], recording.ToJsonString());
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    private static JsonNode Single(List<JsonNode> frames, string side, string type) =>
        Assert.Single(frames, frame => frame["side"]!.GetValue<string>() == side && frame["type"]!.GetValue<string>() == type);

    // What names were given during the recording.
    private static string Changes(List<JsonNode> frames) => new JsonArray([.. frames
        .Where(frame => frame["type"]!.GetValue<string>() == "name_changed" && frame["pid"] is not null)
        .Select(frame => new JsonArray(frame["name"]!.DeepClone(), frame["pid"]!.DeepClone()))]).ToJsonString();

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString()}");
}
