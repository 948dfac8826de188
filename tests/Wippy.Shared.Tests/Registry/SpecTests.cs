using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Registry;

/// <summary>What entries compile to: the declared values and the defaults.</summary>
public sealed class SpecTests : IDisposable
{
    private readonly TempFolder _app = new();

    public void Dispose() => _app.Dispose();

    private Entry Load(string entries, string name)
    {
        var result = AppLoader.Load(_app.With("src/_index.yaml", $"namespace: app\nentries:\n{entries}\n").Path);
        Assert.Equal("", result.ToString());
        return result.Snapshot!.Entries[new EntryId("app", name)];
    }

    [Fact]
    public void HostSpec_ProcessHost_Defaults()
    {
        var host = HostSpec.Compile(Load("  - {name: h, kind: process.host}", "h"));

        Assert.Equal(new HostSpec(new EntryId("app", "h"), "process.host", Zone.User, null, 1024, 256, null, false, null, null, HostLimits.None, host.Lifecycle), host);
    }

    [Fact]
    public void HostSpec_ProcessHost_DeclaredValues()
    {
        var host = HostSpec.Compile(Load(
            """
              - name: h
                kind: process.host
                zone: system
                host: {workers: 4, queue_size: 8, local_queue_size: 2, max_processes: 100}
                lifecycle: {auto_start: true}
            """, "h"));

        Assert.Equal(
            new HostSpec(new EntryId("app", "h"), "process.host", Zone.System, 4, 8, 2, 100, false, null, null, HostLimits.None, host.Lifecycle), host);
        Assert.True(host.Lifecycle.AutoStart);
    }

    [Theory]
    [InlineData("", Zone.Terminal, false)]
    [InlineData(", hide_logs: true, zone: user", Zone.User, true)]
    public void HostSpec_TerminalHost_HasOneWorker(string fields, Zone zone, bool hideLogs)
    {
        var host = HostSpec.Compile(Load($"  - {{name: h, kind: terminal.host{fields}}}", "h"));

        Assert.Equal(zone, host.Zone);
        Assert.Equal(hideLogs, host.HideLogs);
        Assert.Equal(1, host.Workers);
    }

    [Fact]
    public void LifecycleSpec_Defaults()
    {
        var lifecycle = LifecycleSpec.Compile(Load("  - {name: h, kind: process.host, lifecycle: }", "h"));

        Assert.False(lifecycle.AutoStart);
        Assert.Equal(TimeSpan.FromSeconds(10), lifecycle.StartTimeout);
        Assert.Equal(TimeSpan.FromSeconds(10), lifecycle.StopTimeout);
        Assert.Equal(TimeSpan.FromSeconds(5), lifecycle.StableThreshold);
        Assert.Equal(StartupMode.Required, lifecycle.Startup);
        Assert.Empty(lifecycle.Requires);
        Assert.Equal(new RestartSpec(new BackoffSpec(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(90), 2, 0.1), 0), lifecycle.Restart);
        Assert.Null(lifecycle.Security);
    }

    [Fact]
    public void LifecycleSpec_DeclaredValues()
    {
        var lifecycle = LifecycleSpec.Compile(Load(
            """
              - name: h
                kind: process.host
                lifecycle:
                  auto_start: true
                  start_timeout: 1m
                  stop_timeout: 500ms
                  stable_threshold: 0s
                  startup: optional
                  requires: [a, app:b]
                  depends_on: [b]
                  restart: {initial_delay: 2s, delay: 3s, max_delay: 1h, backoff_factor: 3, jitter: 0, max_attempts: 5}
                  security:
                    actor: {id: "service:h", meta: {role: service}}
                    groups: [staff, other:all]
                    policies: [p]
              - {name: a, kind: registry.entry}
              - {name: b, kind: registry.entry}
            """, "h"));

        Assert.True(lifecycle.AutoStart);
        Assert.Equal(TimeSpan.FromMinutes(1), lifecycle.StartTimeout);
        Assert.Equal(TimeSpan.FromMilliseconds(500), lifecycle.StopTimeout);
        Assert.Equal(TimeSpan.Zero, lifecycle.StableThreshold);
        Assert.Equal(StartupMode.Optional, lifecycle.Startup);
        Assert.Equal(["app:a", "app:b"], lifecycle.Requires.Select(id => id.ToString()));
        Assert.Equal(new RestartSpec(new BackoffSpec(TimeSpan.FromSeconds(2), TimeSpan.FromHours(1), 3, 0), 5), lifecycle.Restart);
        Assert.Equal("service:h", lifecycle.Security!.ActorId);
        Assert.Equal("service", lifecycle.Security.ActorMeta["role"]);
        Assert.Equal(["app:staff", "other:all"], lifecycle.Security.Groups.Select(id => id.ToString()));
        Assert.Equal(["app:p"], lifecycle.Security.Policies.Select(id => id.ToString()));
    }

    [Fact]
    public void RestartSpec_Delay_CountsWithoutInitialDelay()
    {
        var lifecycle = LifecycleSpec.Compile(Load("  - {name: h, kind: process.host, lifecycle: {restart: {delay: 3s}}}", "h"));

        Assert.Equal(TimeSpan.FromSeconds(3), lifecycle.Restart.Backoff.InitialDelay);
    }

    [Fact]
    public void ProcessSpec_Lua_DeclaredValues()
    {
        _app.With("src/worker.lua", "return {run = print}");

        var process = Assert.IsType<LuaProcessSpec>(ProcessSpec.Compile(Load(
            """
              - name: worker
                kind: process.lua
                meta:
                  default_host: app:host
                  command: {name: work, short: Works}
                source: file://worker.lua
                method: run
                modules: [time, json]
                imports: {util: lib, same: app:lib}
              - {name: lib, kind: library.lua, source: return 2}
              - {name: host, kind: process.host}
            """, "worker")));

        Assert.Equal("app:worker", process.Id.ToString());
        Assert.Equal("app:host", process.DefaultHost?.ToString());
        Assert.Equal(new CommandSpec("work", "Works"), process.Command);
        Assert.Equal("run", process.Method);
        Assert.Equal("return {run = print}", process.Code.Source);
        Assert.Equal("src/worker.lua", process.Code.ChunkName);
        Assert.Equal(["time", "json"], process.Code.Modules);
        Assert.Equal(["same=app:lib", "util=app:lib"], process.Code.Imports.Select(i => $"{i.Key}={i.Value}").Order());
    }

    [Fact]
    public void ProcessSpec_Lua_Defaults()
    {
        var process = Assert.IsType<LuaProcessSpec>(ProcessSpec.Compile(Load("  - {name: a, kind: process.lua, source: return 1}", "a")));

        Assert.Equal("main", process.Method);
        Assert.Equal("app:a", process.Code.ChunkName);
        Assert.Empty(process.Code.Modules);
        Assert.Empty(process.Code.Imports);
        Assert.Null(process.DefaultHost);
        Assert.Null(process.Command);
    }

    [Theory]
    [InlineData("", "app:a")]
    [InlineData(", class: Sample.Echo", "Sample.Echo")]
    public void ProcessSpec_Native_ClassIsTheIdByDefault(string fields, string expected)
    {
        var process = ProcessSpec.Compile(Load($"  - {{name: a, kind: process.native, meta: {{options: {{default_host: h}}}}{fields}}}\n  - {{name: h, kind: process.host}}", "a"));

        Assert.Equal(expected, Assert.IsType<NativeProcessSpec>(process).ClassName);
        Assert.Equal("app:h", process!.DefaultHost?.ToString());
    }

    [Fact]
    public void ProcessSpec_OtherKind_IsNull() =>
        Assert.Null(ProcessSpec.Compile(Load("  - {name: a, kind: registry.entry}", "a")));

    [Fact]
    public void Validate_PackageKinds_AreFreeOfForm()
    {
        var entry = Load("  - {name: a, kind: ns.dependency, component: x/y, version: 1}", "a");

        Assert.Equal("x/y", entry.Fields["component"]);
    }
}
