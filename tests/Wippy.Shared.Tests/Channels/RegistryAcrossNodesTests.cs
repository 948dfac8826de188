using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>One registry for a deployment: the system node writes, the others follow.</summary>
public sealed class RegistryAcrossNodesTests
{
    [Fact]
    public async Task Apply_OnTheSystemNode_AllNodesHaveFollowedWhenItReturns()
    {
        await using var net = await TestDeployment.StartAsync();

        var result = await net.System.Node.Registry.ApplyAsync([EntryChange.Create(Plain("app:a", 1))]);

        foreach (var service in (TestService[])[net.System, net.User, net.Terminal])
        {
            Assert.Equal(result.Version!.Version, service.Node.Registry.Current.Version);
            Assert.Equal(1L, Value(service, "app:a"));
        }
    }

    [Fact]
    public async Task Apply_ManyAtOnce_ArriveEverywhereInOneOrder()
    {
        await using var net = await TestDeployment.StartAsync(Plain("app:a", 0));
        var seen = new List<object?>();
        net.User.Node.Registry.Changed += _ => seen.Add(Value(net.User, "app:a"));

        await Task.WhenAll(Enumerable.Range(1, 20).Select(n => net.System.Node.Registry.ApplyAsync([EntryChange.Update(Plain("app:a", n))])));

        Assert.Equal(Enumerable.Range(1, 20).Select(n => (object?)(long)n), seen);
        Assert.Equal(20, net.Terminal.Node.Registry.Current.Version);
        Assert.Equal(net.System.Node.Registry.Versions.Keys, net.User.Node.Registry.Versions.Keys);
    }

    [Fact]
    public async Task Apply_FromLuaOnTheTerminalNode_IsDoneByTheSystemNodeAndSeenAtOnce()
    {
        await using var net = await TestDeployment.StartAsync(TestNode.Lua("main", """
            return function()
              local version = assert(registry.snapshot():changes():create({ id = "app:new", kind = "process.lua", data = { source = "return function() return 'new code' end" } }):apply())
              assert(process.spawn_monitored("app:new", "app:user"))
              local result = process.events():receive().result
              local refused, err = registry.snapshot():changes():delete("app:nobody"):apply()
              assert(registry.apply_version(0))
              return { version = version:string(), seen = registry.get("app:new") == nil, result = result.value, err = err:message(), now = registry.current_version():id() }
            end
            """));

        var result = (Dictionary<string, object?>)(await net.Terminal.RunAsync("main"))!;

        Assert.Equal("v1", result["version"]);
        Assert.Equal("new code", result["result"]);
        Assert.Equal("error: app:nobody: cannot be deleted: no entry of that id", ((string)result["err"]!).Split(" (", 2)[0]);
        Assert.Equal((true, 0L), ((bool)result["seen"]!, (long)result["now"]!));
        Assert.Equal(0, net.System.Node.Registry.Current.Version);
        Assert.Equal([0L, 1L], net.User.Node.Registry.Versions.Keys);
    }

    [Fact]
    public async Task Apply_FromTheUserNode_IsRefusedByTheSystemNode()
    {
        await using var net = await TestDeployment.StartAsync(Applies("registry.entry"));

        Assert.Equal("PermissionDenied: not allowed to change the registry", await net.User.RunAsync("main"));
        await net.System.HasLoggedAsync("registry.apply");
    }

    [Fact]
    public async Task Apply_FromTheUserNodeByPolicy_PlainEntriesOnly()
    {
        var open = new Entry(EntryId.Parse("app:open"), EntryKinds.SecurityPolicy, data: new Dictionary<string, object?>
        {
            ["policy"] = new Dictionary<string, object?> { ["actions"] = "registry.apply", ["resources"] = "*", ["effect"] = "allow" },
            ["groups"] = new List<object?> { "channel:user-system" },
        });
        await using var net = await TestDeployment.StartAsync(open, Applies("registry.entry"), Applies("library.lua", "code"));

        Assert.Equal("v1", await net.User.RunAsync("main"));
        Assert.Equal(
            "PermissionDenied: not allowed to change app:new_code (library.lua): the user zone changes entries of kind registry.entry only",
            await net.User.RunAsync("code"));
    }

    [Fact]
    public async Task Join_AfterChanges_GetsTheCurrentVersion()
    {
        await using var net = await TestDeployment.StartSystemAsync(TestService.App(Plain("app:a", 0), Plain("app:gone", 0)));
        await net.System.Node.Registry.ApplyAsync([EntryChange.Update(Plain("app:a", 1))]);
        await net.System.Node.Registry.ApplyAsync([EntryChange.Update(Plain("app:a", 2)), EntryChange.Delete(EntryId.Parse("app:gone"))]);

        var late = await net.JoinAsync("user-1", Zone.User);
        Assert.Equal((2L, 2L), (late.Node.Registry.Current.Version, Value(late, "app:a")));
        Assert.False(late.Node.Registry.Current.Entries.ContainsKey(EntryId.Parse("app:gone")));

        await net.System.Node.Registry.ApplyAsync([EntryChange.Update(Plain("app:a", 3))]);
        Assert.Equal((3L, 3L), (late.Node.Registry.Current.Version, Value(late, "app:a")));
        await net.System.Node.Registry.ApplyVersionAsync(1);
        Assert.Equal((1L, 1L), (late.Node.Registry.Current.Version, Value(late, "app:a")));
        Assert.Equal([0L, 1L, 2L, 3L], late.Node.Registry.Versions.Keys);
    }

    [Fact]
    public async Task Apply_HandlerOfAnotherNodeFails_IsTakenBackEverywhere()
    {
        await using var net = await TestDeployment.StartAsync();
        net.User.Node.Registry.Changed += change =>
            change.WaitFor(Task.FromResult(change.After.Version == 0 ? null : new Error(ErrorKind.Unavailable, "port 80 is in use")));

        var result = await net.System.Node.Registry.ApplyAsync([EntryChange.Create(Plain("app:a", 1))]);

        Assert.Equal("node user-1: port 80 is in use", result.Error!.Message);
        foreach (var service in (TestService[])[net.System, net.User, net.Terminal])
        {
            Assert.Equal(0, service.Node.Registry.Current.Version);
            Assert.False(service.Node.Registry.Current.Entries.ContainsKey(EntryId.Parse("app:a")));
        }
    }

    [Fact]
    public async Task Apply_NodeIsLostMeanwhile_GoesOn()
    {
        await using var net = await TestDeployment.StartAsync();
        var stuck = new TaskCompletionSource<Error?>();
        net.User.Node.Registry.Changed += change => change.WaitFor(stuck.Task);

        var applying = net.System.Node.Registry.ApplyAsync([EntryChange.Create(Plain("app:a", 1))]);
        await net.User.Deployment.StopAsync();

        Assert.Null((await applying.WaitAsync(TestService.Patience)).Error);
        stuck.SetResult(null);
    }

    [Fact]
    public async Task Apply_SystemNodeIsGone_IsUnavailable()
    {
        await using var net = await TestDeployment.StartAsync(Applies("registry.entry"));
        await net.System.Deployment.StopAsync();
        await net.Terminal.HasLoggedAsync("node left: system-1");

        Assert.Equal("Unavailable: the registry cannot be changed: the system node is not connected", await net.Terminal.RunAsync("main"));
    }

    private static Entry Applies(string kind, string name = "main") => TestNode.Lua(name, $$"""
        return function()
          local version, err = registry.snapshot():changes():create({ id = "app:new_{{name}}", kind = "{{kind}}", data = { source = "return {}" } }):apply()
          return err and err:kind() .. ": " .. err:message() or version:string()
        end
        """);

    private static Entry Plain(string id, long value) => new(EntryId.Parse(id), EntryKinds.PlainEntry, data: new Dictionary<string, object?> { ["value"] = value });

    private static object? Value(TestService service, string id) => service.Node.Registry.Current.Entries[EntryId.Parse(id)].Fields["value"];
}
