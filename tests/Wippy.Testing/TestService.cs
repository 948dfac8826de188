using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Wippy.Shared.Channels;
using Wippy.Shared.Errors;
using Wippy.Shared.Functions;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Scheduling;
using Wippy.Shared.Security;

namespace Wippy.Testing;

/// <summary>
/// A service of a deployment for tests: a named node with the host of its zone (<c>app:system</c>, <c>app:user</c> or
/// <c>app:terminal</c>) on real worker threads, connected to others over real loopback sockets.
/// </summary>
internal sealed class TestService : IAsyncDisposable
{
    /// <summary>A safety net against what never happens; nothing is measured with it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Scheduler _scheduler;

    /// <param name="name">Node name.</param>
    /// <param name="options">Its part in the deployment.</param>
    /// <param name="app">What it runs; see <see cref="App"/>.</param>
    /// <param name="keys">Null for all that its zone needs.</param>
    /// <param name="clock">Null for the real one.</param>
    public TestService(string name, ChannelOptions options, Snapshot app, ChannelKeys? keys = null, TimeProvider? clock = null)
    {
        var registry = Wippy.Shared.Hosting.App.CreateRegistry(app);
        Node = new Node(name, clock ?? TimeProvider.System, registry, Logs);
        var programs = new LuaPrograms(registry, new NativePrograms(registry, new NativeProcesses()));
        Node.Programs = programs;
        Node.Functions = new FunctionPools(Node, programs);
        Options = options;
        Deployment = new Deployment(Node, options, keys ?? KeysOf(options.Zone));
        _scheduler = new Scheduler(name, 2);
        _scheduler.Start();
        foreach (var spec in registry.Current.Hosts.Where(spec => spec.Zone == options.Zone))
        {
            var host = new ProcessHost(Node, spec, _scheduler);
            Node.AddHost(host);
            host.Start();
        }
    }

    public Node Node { get; }

    public ChannelOptions Options { get; }

    public Deployment Deployment { get; }

    public LogRecorder Logs { get; } = new();

    /// <summary>Where its channels listen, as an endpoint.</summary>
    public string Endpoint => $"tcp://{Deployment.Address}";

    /// <summary>An app of these entries and the three hosts.</summary>
    public static Snapshot App(params IEnumerable<Entry> entries) => Snapshot.FromDeclared(
        entries.Concat([Host("system"), Host("user"), Host("terminal")]).ToImmutableSortedDictionary(e => e.Id, e => e));

    /// <summary>The keys of a deployment: always the same in tests, but each zone has only its own.</summary>
    public static ChannelKeys KeysOf(Zone zone)
    {
        string[] all = ["SystemUser", "SystemTerminal", "UserUser", "UserTerminal"];
        var own = all.Where(key => key.Contains(zone.ToText(), StringComparison.OrdinalIgnoreCase));
        return Keys(own.Select(key => (key, SHA256.HashData(Encoding.UTF8.GetBytes(key)))));
    }

    /// <summary>Keys by name.</summary>
    public static ChannelKeys Keys(params IEnumerable<(string Name, byte[] Key)> keys) => ChannelKeys.Read(
        new ConfigurationBuilder().AddInMemoryCollection(keys.ToDictionary(k => $"Wippy:Keys:{k.Name}", k => (string?)Convert.ToBase64String(k.Key))).Build());

    /// <summary>Starts a process without arguments; fails if it cannot be started.</summary>
    /// <param name="entry">Name in <c>app</c>.</param>
    /// <param name="host">Name in <c>app</c>; a host of another zone runs it on another node.</param>
    /// <param name="security">Actor and scope.</param>
    /// <param name="context">Context values.</param>
    public async Task<Pid> SpawnAsync(string entry, string host, SecurityContext security = default, ContextValues? context = null) =>
        (await StartAsync(entry, host, security, context)).Pid;

    /// <summary>Runs a process of this node to its end and gives its value; fails if it ends with an error.</summary>
    public async Task<object?> RunAsync(string entry, SecurityContext security = default, ContextValues? context = null)
    {
        var (_, end) = await StartAsync(entry, Node.Hosts.Single().Spec.Id.Name, security, context);
        var result = await WithinPatienceAsync(end!);
        if (result.Error is { } error) throw new InvalidOperationException($"{error.Kind}: {error.Message}\n{error.Stack}");
        if (result.Value.IsEmpty) return null;
        var reader = new MessagePackReader(result.Value.Span);
        return PayloadValues.Read(ref reader);
    }

    /// <summary>How a process of this node ends; it must live, or wait for something, when this is called.</summary>
    public Task<ExitResult> EndOf(Pid pid) =>
        Node.Processes.TryGet(pid, out var process) ? process.WhenEnded() : throw new InvalidOperationException($"{pid} has ended already");

    /// <summary>Completes with the first line of its log, past or future, that holds the text.</summary>
    public Task<LogLine> HasLoggedAsync(string text) => WithinPatienceAsync(Logs.WaitForAsync(text));

    /// <summary>Waits with a safety net that shows the log.</summary>
    public async Task<T> WithinPatienceAsync<T>(Task<T> task)
    {
        try
        {
            return await task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Node.Name} has logged:\n{string.Join('\n', Logs.Lines)}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Deployment.DisposeAsync();
        _scheduler.Dispose();
        Node.Dispose();
    }

    private async Task<(Pid Pid, Task<ExitResult>? End)> StartAsync(string entry, string host, SecurityContext security, ContextValues? context)
    {
        var started = new TaskCompletionSource<(Pid Pid, Task<ExitResult>? End)>(TaskCreationOptions.RunContinuationsAsynchronously);
        Node.Router.Spawn(
            new SpawnRequest
            {
                Entry = new EntryId("app", entry),
                Host = new EntryId("app", host),
                Security = security,
                Context = context ?? ContextValues.Empty,
                Reply = (pid, error) =>
                {
                    // Called before its first step, so its end cannot be missed.
                    if (error is null) started.SetResult((pid, pid.Node == Node.Name ? EndOf(pid) : null));
                    else started.SetException(new InvalidOperationException($"{error.Kind}: {error.Message}"));
                },
            },
            null);
        return await WithinPatienceAsync(started.Task);
    }

    private static Entry Host(string zone) => new(
        new EntryId("app", zone),
        EntryKinds.ProcessHost,
        data: new Dictionary<string, object?> { ["zone"] = zone });
}
