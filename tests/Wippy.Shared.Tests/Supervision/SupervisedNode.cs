using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Supervision;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Supervision;

/// <summary>A node with a supervisor, on a clock that the test moves.</summary>
internal sealed class SupervisedNode : IDisposable
{
    private readonly TestNode _test;
    private readonly Supervisor _supervisor;
    private readonly TaskCompletionSource _started = new();
    private Process? _process;
    private Task? _ended;

    public SupervisedNode(params Entry[] entries)
    {
        _test = new TestNode(entries, loggers: Logs);
        _supervisor = new Supervisor(_test.Node, _started, new Dictionary<string, IServiceKind>());
        _test.Node.Services = _supervisor;
        _test.Node.Registry.Changing += change => change.WaitFor(Following(_supervisor.StopDeletedAsync(change)));
        _test.Node.Registry.Settled += change => change.WaitFor(Following(_supervisor.StartCreatedAsync(change)));
        var host = new ProcessHost(_test.Node, Supervisor.ControlHost, _test.Scheduler);
        _test.Node.AddHost(host);
        host.Start();
        host.SpawnProgram(new Program(_supervisor), new SpawnRequest
        {
            Entry = Supervisor.ControlHost.Id,
            Host = Supervisor.ControlHost.Id,
            Reply = (pid, _) => _process = _test.Node.Processes.TryGet(pid, out var process) ? process : null,
        });
        Run();
    }

    public LogRecorder Logs { get; } = new();

    public Node Node => _test.Node;

    /// <summary>Where the supervisor stands.</summary>
    public ProcessState SupervisorState => _process!.State;

    /// <summary>Whether every service was started, or failed to, once.</summary>
    public bool HasStarted => _started.Task.IsCompleted;

    /// <summary>Whether the supervisor has ended after <see cref="StopAll"/>.</summary>
    public bool HasEnded => _ended is { IsCompleted: true };

    /// <summary>Services that have been running, in that order.</summary>
    public IEnumerable<string> Starts => Logs.Lines.Where(line => line.Text.EndsWith(" is running", StringComparison.Ordinal)).Select(line => line.Text.Split(' ')[1]["app:".Length..]);

    /// <summary>Services that have stopped, in that order.</summary>
    public IEnumerable<string> Stops => Logs.Lines.Where(line => line.Text.EndsWith(" has stopped", StringComparison.Ordinal)).Select(line => line.Text.Split(' ')[1]["app:".Length..]);

    /// <summary>A <c>process.service</c> entry <c>app:NAME</c> of the process <c>app:PROCESS</c> on <c>app:user</c>.</summary>
    public static Entry Service(string name, string process, params (string Key, object? Value)[] lifecycle) => ServiceOn("app:user", name, process, lifecycle);

    /// <summary>As <see cref="Service"/>, on another host.</summary>
    public static Entry ServiceOn(string host, string name, string process, params (string Key, object? Value)[] lifecycle) => new(
        new EntryId("app", name),
        EntryKinds.ProcessService,
        data: new Dictionary<string, object?>
        {
            ["process"] = process,
            ["host"] = host,
            ["input"] = new List<object?> { name },
            ["lifecycle"] = new[] { ("auto_start", (object?)true) }.Concat(lifecycle).GroupBy(pair => pair.Item1).ToDictionary(pair => pair.Key, pair => pair.Last().Item2),
        });

    /// <summary>A host <c>app:NAME</c> of the user zone.</summary>
    public static Entry Host(string name, long maxProcesses) => new(
        new EntryId("app", name),
        EntryKinds.ProcessHost,
        data: new Dictionary<string, object?> { ["zone"] = "user", ["host"] = new Dictionary<string, object?> { ["max_processes"] = maxProcesses } });

    /// <summary>The <c>restart</c> block, without jitter.</summary>
    public static (string Key, object? Value) Restart(params (string Key, object? Value)[] fields) =>
        ("restart", new[] { ("jitter", (object?)0L) }.Concat(fields).GroupBy(pair => pair.Item1).ToDictionary(pair => pair.Key, pair => pair.Last().Item2));

    /// <summary>A list of ids.</summary>
    public static (string Key, object? Value) Requires(params string[] ids) => ("requires", ids.ToList<object?>());

    public ServiceStatus StatusOf(string name) => _supervisor.Find(new EntryId("app", name))!;

    public string StateOf(string name) => StatusOf(name).Status;

    /// <summary>The living processes of an entry.</summary>
    public IEnumerable<Process> ProcessesOf(string name) => _test.Node.Processes.All.Where(process => process.Entry.Name == name);

    /// <summary>A node has joined that tells which services run on it.</summary>
    public void Join(IReadOnlyList<RunningService> running, Action? taken = null)
    {
        _supervisor.Joined(isReturning: true, running, taken ?? (() => { }));
        Run();
    }

    public void Run() => _test.Scheduler.RunUntilIdle();

    /// <summary>Runs so many steps.</summary>
    public void Run(int steps) => _test.Scheduler.Run(steps);

    public void Advance(double seconds) => _test.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Runs a test's own process to its end.</summary>
    public object? Call(string entry, string host = "system") => _test.Run(entry, host);

    public TestNode.Spawned Spawn(string entry, string host = "system") => _test.Spawn(entry, host);

    public async Task ApplyAsync(params EntryChange[] changes)
    {
        var applying = Node.Registry.ApplyAsync(changes);
        while (!applying.IsCompleted)
        {
            Run();
            await Task.Yield();
        }
        var result = await applying;
        Assert.True(result.Error is null, result.Error?.Message);
    }

    /// <summary>Tells the supervisor to stop everything, and runs until nothing moves.</summary>
    public void StopAll()
    {
        _ended = _process!.WhenEnded();
        _process.Post(new Signal(SignalKind.Cancel, Pid.None, Node.Clock.GetUtcNow()) { Reason = "shutdown" });
        Run();
    }

    public void Dispose() => _test.Dispose();

    private static async Task<Wippy.Shared.Errors.Error?> Following(Task following)
    {
        await following;
        return null;
    }

    private sealed class Program(Supervisor supervisor) : IProgram
    {
        public EntryId Id => Supervisor.ControlHost.Id;

        public IBehavior CreateBehavior(Process process, Payload arguments) => new NativeBehavior(process, () => supervisor, arguments);
    }
}
