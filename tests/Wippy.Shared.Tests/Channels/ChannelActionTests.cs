using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Shared.Tests.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>
/// Every action that a node can ask another for, as it arrives over a channel from the user zone: passes by an allow, is refused by a deny,
/// and refused when no policy says anything. The sender's side is in <c>ActionTests</c>.
/// </summary>
public class ChannelActionTests
{
    // Counts the messages and events it gets.
    private const string Echo = """
        return { main = function()
          local inbox, news, count = process.inbox(), require("events").subscribe("news"):channel(), 0
          process.set_options({ trap_links = true })
          while true do
            local got = channel.select { news:case_receive(), inbox:case_receive() }
            if got.channel == inbox and got.value:topic() == "count" then process.send(got.value:from(), "counted", count)
            else count = count + 1 end
          end
        end }
        """;

    /// <summary>Action, resource, the call from the user zone, what it needs besides; PID is a process of the system zone.</summary>
    public static TheoryData<string, string, string, string> Calls() => new()
    {
        { "process.send", "{app:system|*", "return arrived(process.send(pid, 'topic'))", "" },
        { "events.send", "news", "return arrived(require('events').send('news', 'kind', '/path'))", "" },
        { "process.monitor", "{app:system|*", "return told(process.monitor(pid))", "" },
        { "process.link", "{app:system|*", "return told(process.link(pid))", "" },
        { "process.cancel", "{app:system|*", "return told(process.cancel(pid))", "" },
        { "process.terminate", "{app:system|*", "return told(process.terminate(pid))", "" },
        { "process.spawn", "app:echo", "return told(process.spawn('app:echo', 'app:system'))", "process.host app:system" },
        { "process.host", "app:system", "return told(process.spawn('app:echo', 'app:system'))", "process.spawn app:echo" },
        { "process.spawn.monitored", "app:echo", "return told(process.spawn_monitored('app:echo', 'app:system'))", "process.spawn app:echo, process.host app:system" },
        { "process.spawn.linked", "app:echo", "return told(process.spawn_linked('app:echo', 'app:system'))", "process.spawn app:echo, process.host app:system" },
        { "process.exec", "app:quick", "return told(process.exec('app:quick', 'app:system'))", "process.host app:system" },
        { "process.host", "app:system", "return told(process.exec('app:quick', 'app:system'))", "process.exec app:quick" },
        { "process.registry.register", "n", "return told(process.with_options({}):with_name('n'):spawn('app:echo', 'app:system'))", "process.spawn app:echo, process.host app:system" },
        { "registry.apply", "", "return told(registry.snapshot():changes():create({ id = 'app:new', kind = 'registry.entry' }):apply())", "" },
        { "registry.apply_version", "", "return told(registry.apply_version(0))", "" },
    };

    /// <summary>The same for names: they are for all zones, so only a deny refuses them. OWN is another process of the user node.</summary>
    public static TheoryData<string, string, string> Names() => new()
    {
        { "process.registry.register", "n", "return told(process.registry.register('n'))" },
        { "process.registry.foreign", "{app:user|*", "return told(process.registry.register('n', process.spawn('app:echo', 'app:user')))" },
        { "process.registry.unregister", "n", "process.registry.register('n') return told(process.registry.unregister('n'))" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Arrive_AllowDenyUndefined_PassesOnlyByAllow(string action, string resource, string call, string besides)
    {
        var others = besides.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select((need, i) => About($"besides{i}", "allow", need.Split(' ')[0], need.Split(' ')[1])).ToList();
        Assert.Equal(("passed", 0), await AskAsync(call, [About("p", "allow", action, resource), .. others]));
        Assert.Equal(("refused", 1), await AskAsync(call, [About("p", "deny", action, resource), About("q", "allow", action, resource), .. others]));
        Assert.Equal(("refused", 1), await AskAsync(call, [About("p", "allow", action, "other"), .. others]));
        Assert.Equal(("refused", 1), await AskAsync(call, [About("p", "allow", $"{action}.other", resource), .. others]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Arrive_Name_IsRefusedOnlyByDeny(string action, string resource, string call)
    {
        Assert.Equal(("passed", 0), await AskAsync(call, About("p", "allow", action, resource)));
        Assert.Equal(("refused", 1), await AskAsync(call, About("p", "deny", action, resource), About("q", "allow", action, resource)));
        Assert.Equal(("passed", 0), await AskAsync(call, About("p", "deny", action, "other")));
    }

    [Theory]
    [InlineData("process.unmonitor", "process.monitor(pid) return told(process.unmonitor(pid))", "process.monitor")]
    [InlineData("process.unlink", "process.link(pid) return told(process.unlink(pid))", "process.link")]
    public async Task Arrive_EndOfWhatItHasBegun_IsNotAsked(string action, string call, string before) =>
        Assert.Equal(("passed", 0), await AskAsync(call, About("p", "allow", before, "*"), About("q", "deny", action, "*")));

    [Fact]
    public void Calls_OfEveryActionBetweenNodes_AreTested() =>
        Assert.Equal(Actions.BetweenNodes.Order(), Calls().Select(row => (string)row[0]).Concat(Names().Select(row => (string)row[0])).Distinct().Order());

    // What a node can ask another for: whoever adds a frame says here what policies are asked about it.
    [Fact]
    public void Frames_AskForNoOtherAction()
    {
        var asked = new Dictionary<FrameType, string[]>
        {
            [FrameType.Send] = ["process.send"],
            [FrameType.Event] = ["events.send"],
            [FrameType.Ask] = [.. Enum.GetValues<AskKind>().Where(kind => kind is not (AskKind.Unmonitor or AskKind.Unlink)).Select(kind => new Ask(kind, Pid.None, Pid.None).Action)],
            [FrameType.Spawn] = ["process.spawn", "process.spawn.monitored", "process.spawn.linked", "process.host", "process.exec", "process.registry.register"],
            [FrameType.Register] = ["process.registry.register", "process.registry.foreign"],
            [FrameType.Unregister] = ["process.registry.unregister"],
            [FrameType.RegistryApply] = ["registry.apply", "registry.apply_version"],
        };
        FrameType[] answersAndNews = [FrameType.Signal, FrameType.Reply, FrameType.Result, FrameType.Release, FrameType.Heartbeat, FrameType.Goodbye, FrameType.Services, FrameType.Report];
        FrameType[] ofTheSystemNodeOnly = [FrameType.Names, FrameType.NameChanged, FrameType.Members, FrameType.RegistryChange, FrameType.Observe];
        FrameType[] handshake = [FrameType.Hello, FrameType.Proof, FrameType.Refused, FrameType.Entries];

        Assert.Equal(Enum.GetValues<FrameType>().Order(), asked.Keys.Concat(answersAndNews).Concat(ofTheSystemNodeOnly).Concat(handshake).Order());
        Assert.Equal(Actions.BetweenNodes.Order(), asked.Values.SelectMany(actions => actions).Distinct().Order());
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
              local function arrived(sent, err)
                assert(sent, tostring(err))
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
        net.System.Node.Names.Register("echo", echo, new NameCaller(echo, Zone.System), _ => registered.SetResult());
        await registered.Task.WaitAsync(TestService.Patience);

        // Its own scope allows it everything.
        var outcome = (string?)await net.User.RunAsync("main", new SecurityContext(new Actor("ann"), Scope.Of([SecurityApp.Policy()])));
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
