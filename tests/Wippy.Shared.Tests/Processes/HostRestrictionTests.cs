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

/// <summary>What a host allows its processes, besides what their own scope does (DESIGN §8).</summary>
public class HostRestrictionTests
{
    private static readonly SecurityContext Anything = new(new Actor("ann"), Scope.Of([SecurityApp.Policy(name: "anything")]));

    [Theory]
    [InlineData("host", "policies: [may_look]", true)]
    [InlineData("host", "groups: [rules]", false)]              // one allows, one denies
    [InlineData("host", "policies: [other]", false)]            // undefined means no
    [InlineData("host", "policies: []", false)]
    [InlineData("host", "limits: {processes: 5}", true)]        // no rules
    public void HostScope_AndTheProcesssMustBothAllow(string name, string fields, bool permitted)
    {
        using var node = Node($"{{name: {name}, kind: process.host, {fields}}}");
        foreach (var security in (SecurityContext[])[Anything, default])
        {
            var process = node.Spawn("sleeper", name, security).Process!;
            Assert.Equal(permitted, process.Can("registry.get", "here"));
            Assert.Equal(permitted, process.Permits("registry.get", "here"));
        }
        var nothing = node.Spawn("sleeper", name, new SecurityContext(new Actor("bob"), Scope.Empty)).Process!;
        Assert.False(nothing.Can("registry.get", "here"));
    }

    [Theory]
    [InlineData("policies: [may_send]", true)]
    [InlineData("policies: [may_send, may_not_send]", false)]
    [InlineData("policies: [may_look]", false)]
    public void HostScope_Send_AllowedDeniedUndefined(string rules, bool permitted)
    {
        using var node = Node($"{{name: host, kind: process.host, {rules}}}");
        var answer = node.Spawn("asker", "host").Value();
        Assert.Equal(permitted ? "sent" : "not allowed to send: ", permitted ? answer : ((string)answer!)[..21]);
    }

    [Theory]
    [InlineData("policies: [may_open]", "PermissionDenied: not allowed to set key of store: app:data")]
    [InlineData("policies: [may_open, may_set]", "done")]
    [InlineData("zone: user", "done")]
    public void HostScope_HoldsForModulesToo(string rules, string expected)
    {
        using var node = Node($"{{name: host, kind: process.host, {rules}}}", "{name: data, kind: store.memory}");
        Assert.Equal(expected, node.Spawn("storer", "host").Value());
    }

    [Fact]
    public void HostScope_SeesTheActorOfTheProcess()
    {
        using var node = Node("{name: host, kind: process.host, policies: [for_ann]}");
        Assert.True(node.Spawn("sleeper", "host", Anything).Process!.Can("registry.get", "here"));
        Assert.False(node.Spawn("sleeper", "host", Anything with { Actor = new Actor("bob") }).Process!.Can("registry.get", "here"));
        Assert.False(node.Spawn("sleeper", "host").Process!.Can("registry.get", "here"));
    }

    [Fact]
    public void Rules_NamesThatDoNotExist_AreProblems()
    {
        var result = SecurityApp.Load("  - {name: host, kind: process.host, groups: [nope], policies: [nope]}\n");
        Assert.Null(result.Snapshot);
        Assert.Contains("app:host.groups[0]: no policy group 'app:nope'", result.ToString());
        Assert.Contains("app:host.policies[0]: no policy 'app:nope'", result.ToString());
    }

    [Theory]
    [InlineData("modules: [time]", "timer", null)]
    [InlineData("modules: [logger]", "timer", "app:timer uses module 'time', which host app:host (zone user) does not grant")]
    [InlineData("modules: []", "timer", "app:timer uses module 'time', which host app:host (zone user) does not grant")]
    [InlineData("modules: []", "plain", null)]
    [InlineData("modules: []", "importer", "app:library uses module 'time', which host app:host (zone user) does not grant")]
    [InlineData("zone: user}\n  - {name: z, kind: security.zone, zone: user, modules: [logger]", "timer", "app:timer uses module 'time', which zone user does not grant")]
    [InlineData("modules: [time]}\n  - {name: z, kind: security.zone, zone: user, modules: [logger]", "importer", "app:library uses module 'time', which zone user does not grant")]
    [InlineData("zone: user}\n  - {name: z, kind: security.zone, zone: user, modules: [time, logger]}\n  - {name: y, kind: security.zone, zone: user, modules: [time]", "timer", null)]
    [InlineData("zone: user}\n  - {name: z, kind: security.zone, zone: system, modules: []", "timer", null)]
    [InlineData("zone: user", "timer", null)]                    // no list: whatever the zone grants
    public void Modules_ProgramThatUsesOthers_IsNotStarted(string modules, string program, string? refusal)
    {
        using var node = Node($"{{name: host, kind: process.host, {modules}}}");
        var spawned = node.Spawn(program, "host");
        Assert.Equal(refusal, spawned.Refusal?.Message);
        if (refusal is null) Assert.Null(spawned.Result!.Error);
        else Assert.Equal(ErrorKind.PermissionDenied, spawned.Refusal!.Kind);
    }

    [Fact]
    public void Limits_Processes_NoMoreThanThat()
    {
        using var node = Node("{name: host, kind: process.host, host: {max_processes: 100}, limits: {processes: 2}}");
        Assert.Null(node.Spawn("sleeper", "host").Refusal);
        Assert.Null(node.Spawn("sleeper", "host").Refusal);
        Assert.Same(ProcessErrors.TooManyProcesses, node.Spawn("sleeper", "host").Refusal);
        Assert.Null(node.Spawn("sleeper", "user").Refusal);
    }

    [Fact]
    public void Limits_Mailbox_FurtherMessagesAreRefused()
    {
        using var node = Node("{name: host, kind: process.host, limits: {mailbox: 3}}");
        Assert.Equal("3 mailbox is full", node.Spawn("flooder", "host").Value());
    }

    // Its time is never over, and a crowd is nearly all that fits.
    [Theory]
    [InlineData("hook")]
    [InlineData("monitor")]
    public void Send_FasterThanIsReceived_GivesWay(string preemption)
    {
        using var node = Node($"{{name: host, kind: process.host, limits: {{mailbox: {Mailbox.Crowd + 10}, time_slice: 1h, preemption: {preemption}}}}}");
        Assert.Equal("20000 of 20000, 0 refused", node.Spawn("sender", "host").Value());
    }

    [Fact]
    public void Send_FasterThanIsReceivedWhereItCannotWait_GoesOnAndGivesWayAfterwards()
    {
        using var node = Node($"{{name: host, kind: process.host, limits: {{mailbox: {Mailbox.Crowd + 100}, time_slice: 1h}}}}");
        Assert.Equal("1060 of 1060, 0 refused", node.Spawn("sorter", "host").Value());
    }

    [Fact]
    public void Limits_Memory_EndsTheProcess()
    {
        using var node = Node("{name: host, kind: process.host, zone: system, limits: {memory: 2MB}}");
        var eater = node.Spawn("eater", "host");
        Assert.Equal("app:eater needs more than the 2 MB of memory a process may use here", eater.Result!.Error!.Message);
        Assert.Equal(4_000_000L, node.Spawn("eater", "user").Value());
    }

    [Fact]
    public void Limits_AreReadFromTheEntry()
    {
        using var node = Node("{name: host, kind: process.host, limits: {memory: 3MB, mailbox_memory: 8MB, time_slice: 2ms}}");
        var spec = Assert.Single(node.Node.Registry.Current.Hosts, host => host.Id.Name == "host");
        Assert.Equal(new HostLimits(3 << 20, null, 8 << 20, TimeSpan.FromMilliseconds(2), null, null), spec.Limits);
        Assert.Equal(TimeSpan.FromMilliseconds(2), new ProcessHost(node.Node, spec, node.Scheduler).TimeSlice);
    }

    [Theory]
    [InlineData("limits: {memory: 64}", "limits.memory: expected a size such as 64MB, at least 1MB, got 64")]
    [InlineData("limits: {memory: 1TB}", "limits.memory: expected a size such as 64MB, at least 1MB, got '1TB'")]
    [InlineData("limits: {mailbox: 0}", "limits.mailbox: expected a whole number from 1 to 8388607, got 0")]
    public void Limits_OutOfRange_AreProblems(string fields, string expected) =>
        Assert.Contains(expected, SecurityApp.Load($"  - {{name: host, kind: process.host, {fields}}}\n").ToString());

    [Theory]
    [InlineData("system.exit", "", false)]
    [InlineData("system.control", "gomaxprocs", false)]
    [InlineData("system.gc", "gc", false)]
    [InlineData("system.lock", "a", false)]
    [InlineData("env.set", "PATH", false)]
    [InlineData("process.security", "security", false)]
    [InlineData("funcs.security", "security", false)]
    [InlineData("process.registry.foreign", "{app:user|0x00001}", false)]
    [InlineData("events.send", "registry", false)]
    [InlineData("events.send", "supervisor", false)]
    [InlineData("events.send", "process", false)]
    [InlineData("events.send", "logs", false)]
    [InlineData("events.send", "orders", true)]
    [InlineData("events.subscribe", "registry", true)]
    [InlineData("system.read", "memory", true)]
    [InlineData("env.get", "PATH", true)]
    [InlineData("process.send", "{app:user|0x00001}", true)]
    public void UserZone_WithoutActorOrScope_HasTheBuiltInScope(string action, string resource, bool permitted)
    {
        using var node = Node();
        Assert.Equal(permitted, node.Spawn("sleeper", "user").Process!.Can(action, resource));
        Assert.Equal(permitted, node.Spawn("sleeper", "user", new SecurityContext(new Actor("ann"), null)).Process!.Can(action, resource));
        // Others are not restricted by it: those with rules of their own, and those of trusted zones.
        Assert.True(node.Spawn("sleeper", "user", Anything).Process!.Can(action, resource));
        Assert.True(node.Spawn("sleeper", "system").Process!.Can(action, resource));
        Assert.True(node.Spawn("sleeper", "terminal").Process!.Can(action, resource));
        node.Node.StrictSecurity = true;
        Assert.False(node.Spawn("sleeper", "user").Process!.Can(action, resource));
        Assert.False(node.Spawn("sleeper", "system").Process!.Can(action, resource));
    }

    [Fact]
    public void UserZone_NameHeldByATrustedProcess_StaysRefused()
    {
        using var node = Node();
        Assert.Equal("done", node.Spawn("namer", "system").Value());
        Assert.Equal("PermissionDenied: not allowed to register name: shop (held before by a trusted process)", node.Spawn("namer", "user").Value());
        Assert.Equal("done", node.Spawn("namer", "terminal").Value());
    }

    private static TestNode Node(params string[] hosts)
    {
        const string Policies =
            """
              - {name: may_look, kind: security.policy, policy: {actions: registry.get, resources: "*", effect: allow}, groups: [rules]}
              - {name: never, kind: security.policy, policy: {actions: registry.get, resources: here, effect: deny}, groups: [rules]}
              - {name: other, kind: security.policy, policy: {actions: other, resources: "*", effect: allow}}
              - {name: may_send, kind: security.policy, policy: {actions: process.send, resources: "{app:host|*", effect: allow}}
              - {name: may_not_send, kind: security.policy, policy: {actions: process.send, resources: "*", effect: deny}}
              - {name: may_open, kind: security.policy, policy: {actions: store.get, resources: "app:data", effect: allow}}
              - {name: may_set, kind: security.policy, policy: {actions: store.key.set, resources: "app:data", effect: allow}}
              - {name: for_ann, kind: security.policy, policy: {actions: "*", resources: "*", effect: allow, conditions: [{field: actor.id, operator: eq, value: ann}]}}

            """;
        var loaded = SecurityApp.Load(Policies + string.Concat(hosts.Select(host => $"  - {host}\n")));
        Assert.Equal("", loaded.ToString());
        return new TestNode(
        [
            .. loaded.Snapshot!.Entries.Values,
            Lua("sleeper", "process.inbox():receive()"),
            Lua("asker", "local ok, err = process.send(process.pid(), 't'); return ok and 'sent' or err:message()"),
            Lua("flooder", "for i = 0, 9 do local ok, err = process.send(process.pid(), 't'); if err then return i .. ' ' .. err:message() end end"),
            Lua("counter", "local n = 0; for _ = 1, count do process.inbox():receive(); n = n + 1 end; return process.send(parent, 'counted', n)", parameters: "parent, count"),
            Lua("sender", """
                local counter = process.spawn("app:counter", "app:host", process.pid(), 20000)
                local refused = 0
                for i = 1, 20000 do if not process.send(counter, "t", i) then refused = refused + 1 end end
                return process.inbox():receive():payload():data() .. " of 20000, " .. refused .. " refused"
                """),
            Lua("sorter", """
                local counter = process.spawn("app:counter", "app:host", process.pid(), 1060)
                local refused = 0
                string.gsub(("x"):rep(1060), "x", function() if not process.send(counter, "t") then refused = refused + 1 end end)
                return process.inbox():receive():payload():data() .. " of 1060, " .. refused .. " refused"
                """),
            Lua("eater", "local t = {}; for i = 1, 40 do t[i] = string.rep('x', 100000) .. i end; return 100000 * #t"),
            Lua("namer", "local ok, err = process.registry.register('shop'); return ok and 'done' or err:kind() .. ': ' .. err:message()"),
            Lua("storer", "local ok, err = store.get('app:data'):set('k', 1); return ok and 'done' or err:kind() .. ': ' .. err:message()", modules: "store"),
            Lua("plain", "return 1"),
            Lua("timer", "return 1", modules: "time"),
            Lua("importer", "return 1", imports: new Dictionary<string, object?> { ["l"] = "app:library" }),
            new Entry(new EntryId("app", "library"), EntryKinds.LuaLibrary, data: new Dictionary<string, object?> { ["source"] = "return 1", ["modules"] = new List<object?> { "time" } }),
        ]);
    }

    private static Entry Lua(string name, string body, string? modules = null, Dictionary<string, object?>? imports = null, string parameters = "") => new(
        new EntryId("app", name),
        EntryKinds.LuaProcess,
        data: new Dictionary<string, object?>
        {
            ["source"] = $"return {{ main = function({parameters})\n{body}\nend }}",
            ["modules"] = modules is null ? new List<object?>() : new List<object?> { modules },
            ["imports"] = imports ?? [],
        });
}
