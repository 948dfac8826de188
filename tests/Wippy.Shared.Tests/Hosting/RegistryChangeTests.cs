using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Hosting;

/// <summary>A running node follows changes of its registry: they have taken effect when the apply returns.</summary>
public sealed class RegistryChangeTests : IAsyncLifetime
{
    private const string Waits = """
        local function main()
          local event = process.events():receive()
          return event.kind
        end
        return { main = main }
        """;

    private readonly LogRecorder _logs = new();
    private readonly Runtime _runtime;

    public RegistryChangeTests() => _runtime = new Runtime(
        new RuntimeOptions(),
        Snapshot.FromDeclared(new[] { Host("app:host"), Lua("app:waits", Waits) }.ToImmutableSortedDictionary(e => e.Id, e => e)),
        new NativeProcesses(),
        TimeProvider.System,
        _logs);

    public async Task InitializeAsync()
    {
        _runtime.Start();
        await _runtime.StartServicesAsync();
    }

    public Task DisposeAsync() => _runtime.DisposeAsync().AsTask();

    [Fact]
    public async Task Create_Process_CanBeSpawned()
    {
        await ApplyAsync(EntryChange.Create(Lua("app:job", "return function() return 7 end")));

        Assert.Null((await SpawnAsync("app:job", "app:host")).Error);
    }

    [Fact]
    public async Task Update_Process_NewOnesRunTheNewCodeAndLivingOnesTheOld()
    {
        var (old, _) = await SpawnAsync("app:waits", "app:host");
        await ApplyAsync(EntryChange.Update(Lua("app:waits", Waits.Replace("return event.kind", "error('new code')", StringComparison.Ordinal))));
        var (fresh, _) = await SpawnAsync("app:waits", "app:host");

        Assert.Null((await CancelAsync(old!)).Error);
        Assert.Contains("new code", (await CancelAsync(fresh!)).Error!.Message);
    }

    [Fact]
    public async Task Update_BrokenLua_IsRefusedAndTheOldCodeStays()
    {
        var result = await _runtime.Node.Registry.ApplyAsync([EntryChange.Update(Lua("app:waits", "return function() retrun end"))]);

        Assert.StartsWith("error: app:waits.source: ", result.Error!.Message);
        Assert.Null((await SpawnAsync("app:waits", "app:host")).Error);
    }

    [Fact]
    public async Task Delete_Process_CannotBeSpawned()
    {
        await ApplyAsync(EntryChange.Delete(EntryId.Parse("app:waits")));

        Assert.Equal("factory not found", (await SpawnAsync("app:waits", "app:host")).Error!.Message);
    }

    [Fact]
    public async Task Service_StartsAndStopsWithinTheApply()
    {
        await ApplyAsync(EntryChange.Create(Service("app:service", autoStart: true)));
        var process = Assert.Single(_runtime.Node.Processes.All, p => p.Entry == EntryId.Parse("app:waits"));

        await ApplyAsync(EntryChange.Update(Service("app:service", autoStart: true)));
        Assert.Same(process, Assert.Single(_runtime.Node.Processes.All, p => p.Entry == EntryId.Parse("app:waits")));

        await ApplyAsync(EntryChange.Delete(EntryId.Parse("app:service")));
        Assert.True(process.WhenEnded().IsCompleted);

        await ApplyAsync(EntryChange.Create(Service("app:lazy", autoStart: false)));
        Assert.DoesNotContain(_runtime.Node.Processes.All, p => p.Entry == EntryId.Parse("app:waits"));
    }

    [Fact]
    public async Task Host_ComesWithItsServiceAndGoesWithIt()
    {
        await ApplyAsync(EntryChange.Create(Host("app:other")), EntryChange.Create(Service("app:service", autoStart: true, host: "app:other")));
        var process = Assert.Single(_runtime.Node.Processes.All, p => p.Host.Name == "app:other");

        await ApplyAsync(EntryChange.Delete(EntryId.Parse("app:other")), EntryChange.Delete(EntryId.Parse("app:service")));

        Assert.True(process.WhenEnded().IsCompleted);
        Assert.Equal("host not found", (await SpawnAsync("app:waits", "app:other")).Error!.Message);
    }

    [Fact]
    public async Task Host_UpdatedLimit_HoldsFromNowOn()
    {
        var (first, _) = await SpawnAsync("app:waits", "app:host");
        await ApplyAsync(EntryChange.Update(Host("app:host", maxProcesses: 1)));

        var (_, error) = await SpawnAsync("app:waits", "app:host");

        Assert.Equal(ErrorKind.LimitExceeded, error!.Kind);
        Assert.False(first!.WhenEnded().IsCompleted);
    }

    [Fact]
    public async Task Host_InAnotherZone_IsAnotherHost()
    {
        var (process, _) = await SpawnAsync("app:waits", "app:host");

        await ApplyAsync(EntryChange.Update(Host("app:host", zone: "system")));

        Assert.True(process!.WhenEnded().IsCompleted);
        Assert.Equal(Zone.System, (await SpawnAsync("app:waits", "app:host")).Process!.Host.Zone);
    }

    [Fact]
    public async Task Policies_FollowAndAreForgotten()
    {
        var node = _runtime.Node;
        Assert.True(node.ChannelPolicy.IsClosed(Zone.User, Zone.System, "process.send"));
        var unchanged = node.ChannelPolicy;
        await ApplyAsync(EntryChange.Create(Lua("app:job", "return 1")));
        Assert.Same(unchanged, node.ChannelPolicy);

        await ApplyAsync(EntryChange.Create(Policy("app:open", "channel:user-system")));
        Assert.Equal(Decision.Allow, node.ChannelPolicy.Decide(Zone.User, Zone.System, "process.send", "x", null, null, out var decidedBy));
        Assert.Equal("app:open", decidedBy);

        await node.Registry.ApplyVersionAsync(0);
        Assert.True(node.ChannelPolicy.IsClosed(Zone.User, Zone.System, "process.send"));
    }

    private async Task ApplyAsync(params EntryChange[] operations)
    {
        var result = await _runtime.Node.Registry.ApplyAsync(operations).WaitAsync(TestService.Patience);
        Assert.True(result.Error is null, result.Error?.Message);
    }

    private static Task<ExitResult> CancelAsync(Process process)
    {
        var end = process.WhenEnded();
        process.Post(new Signal(SignalKind.Cancel, Pid.None, TimeProvider.System.GetUtcNow()) { Reason = "" });
        return end.WaitAsync(TestService.Patience);
    }

    private Task<(Process? Process, Error? Error)> SpawnAsync(string entry, string host) =>
        _runtime.SpawnAsync(EntryId.Parse(entry), EntryId.Parse(host), Payload.Empty).WaitAsync(TestService.Patience);

    private static Entry Lua(string id, string source) =>
        new(EntryId.Parse(id), EntryKinds.LuaProcess, data: new Dictionary<string, object?> { ["source"] = source });

    private static Entry Host(string id, string zone = "user", long? maxProcesses = null) => new(
        EntryId.Parse(id),
        EntryKinds.ProcessHost,
        data: new Dictionary<string, object?>
        {
            ["zone"] = zone,
            ["host"] = new Dictionary<string, object?> { ["workers"] = 1L, ["max_processes"] = maxProcesses },
        });

    private static Entry Service(string id, bool autoStart, string host = "app:host") => new(
        EntryId.Parse(id),
        EntryKinds.ProcessService,
        data: new Dictionary<string, object?>
        {
            ["process"] = "waits",
            ["host"] = host,
            ["lifecycle"] = new Dictionary<string, object?> { ["auto_start"] = autoStart },
        });

    private static Entry Policy(string id, string group) => new(
        EntryId.Parse(id),
        EntryKinds.SecurityPolicy,
        data: new Dictionary<string, object?>
        {
            ["policy"] = new Dictionary<string, object?> { ["actions"] = "*", ["resources"] = "*", ["effect"] = "allow" },
            ["groups"] = new List<object?> { group },
        });
}
