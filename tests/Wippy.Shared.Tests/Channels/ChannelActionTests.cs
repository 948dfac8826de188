using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>
/// Every action that one process does to another, as it arrives over a channel from the user zone: passes by an allow, is refused by a deny,
/// and refused when no policy says anything. Those of the sender's side are in <c>ProcessPermissionTests</c>.
/// </summary>
public class ChannelActionTests
{
    private const string Echo = """
        return { main = function()
          local inbox, count = process.inbox(), 0
          process.set_options({ trap_links = true })
          while true do
            local message = inbox:receive()
            if message:topic() == "count" then process.send(message:from(), "counted", count)
            else count = count + 1 end
          end
        end }
        """;

    /// <summary>Action, resource, the call from the user zone; PID is a process of the system zone.</summary>
    public static TheoryData<string, string, string> Actions() => new()
    {
        { "process.send", "{app:system|*", "return sent()" },
        { "process.monitor", "{app:system|*", "return told(process.monitor(pid))" },
        { "process.link", "{app:system|*", "return told(process.link(pid))" },
        { "process.cancel", "{app:system|*", "return told(process.cancel(pid))" },
        { "process.terminate", "{app:system|*", "return told(process.terminate(pid))" },
        { "process.spawn", "app:echo", "return told(process.spawn('app:echo', 'app:system'))" },
        { "process.spawn", "app:echo", "return told(process.spawn_monitored('app:echo', 'app:system'))" },
        { "process.spawn", "app:echo", "return told(process.spawn_linked('app:echo', 'app:system'))" },
        { "process.exec", "app:quick", "return told(process.exec('app:quick', 'app:system'))" },
    };

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Arrive_AllowDenyUndefined_PassesOnlyByAllow(string action, string resource, string call)
    {
        Assert.Equal(("passed", 0), await AskAsync(call, About("p", "allow", action, resource)));
        Assert.Equal(("refused", 1), await AskAsync(call, About("p", "deny", action, resource), About("q", "allow", action, resource)));
        Assert.Equal(("refused", 1), await AskAsync(call, About("p", "allow", action, "other")));
        Assert.Equal(("refused", 1), await AskAsync(call, About("p", "allow", $"{action}.other", resource)));
    }

    // What the program on the user node found, and the denials on the system node.
    private static async Task<(string? Outcome, long Denials)> AskAsync(string call, params Entry[] policies)
    {
        var main = $$"""
            return { main = function()
              local pid = process.registry.lookup("echo")
              while not pid do
                require("time").sleep("1ms")
                pid = process.registry.lookup("echo")
              end
              local function count()
                process.send(pid, "count")
                return process.inbox():receive():payload():data()
              end
              local function sent()
                process.send(pid, "topic")
                return count() == 1 and "passed" or "refused"
              end
              local function told(value, err)
                if value then return "passed" end
                return err:kind() == errors.PERMISSION_DENIED and "refused" or err:kind() .. ": " .. err:message()
              end
              {{call}}
            end }
            """;
        var count = Policy("count", "allow", "process.send", "{app:system|*", ("field", "meta.topic"), ("operator", "eq"), ("value", "count"));
        await using var net = await TestDeployment.StartSystemAsync(TestService.App(
            [TestNode.Lua("echo", Echo), TestNode.Lua("main", main), TestNode.Lua("quick", "return { main = function() return true end }"), count, .. policies]));
        await net.JoinAsync("user-1", Zone.User);
        var echo = await net.System.SpawnAsync("echo", "system");
        var registered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        net.System.Node.Names.Register("echo", echo, new Wippy.Shared.Processes.NameCaller(echo, Zone.System), _ => registered.SetResult());
        await registered.Task.WaitAsync(TestService.Patience);

        var outcome = (string?)await net.User.RunAsync("main");
        return (outcome, net.System.Node.Denials.Count);
    }

    // The count has to pass in any case.
    private static Entry About(string name, string effect, string action, string resource) => action == "process.send"
        ? Policy(name, effect, action, resource, ("field", "meta.topic"), ("operator", "eq"), ("value", "topic"))
        : Policy(name, effect, action, resource);

    private static Entry Policy(string name, string effect, string action, string resource, params (string Key, object? Value)[] condition) => new(
        new EntryId("app", name),
        EntryKinds.SecurityPolicy,
        data: new Dictionary<string, object?>
        {
            ["policy"] = new Dictionary<string, object?>
            {
                ["actions"] = action,
                ["resources"] = resource,
                ["effect"] = effect,
                ["conditions"] = condition.Length == 0 ? new List<object?>() : new List<object?> { condition.ToDictionary(pair => pair.Key, pair => pair.Value) },
            },
            ["groups"] = new List<object?> { "channel:user-system" },
        });
}
