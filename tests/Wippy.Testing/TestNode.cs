using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wippy.Shared.Errors;
using Wippy.Shared.Hosting;
using Wippy.Shared.Functions;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Queues;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Testing;

/// <summary>
/// A node for tests: the real process code on a scheduler without threads and with a clock that the test moves. Hosts
/// <c>app:system</c>, <c>app:user</c> and <c>app:terminal</c> of those zones are there from the start.
/// </summary>
internal sealed class TestNode : IDisposable
{
    private const int StepsPerMillisecond = 200;

    private static readonly Dictionary<string, object?> NoFields = [];

    public TestNode(IEnumerable<Entry> entries, int? seed = null, string name = "", ILoggerFactory? loggers = null, NativeProcesses? natives = null)
    {
        Scheduler = new ManualScheduler(seed) { Parked = static runnable => ((Process)runnable).TryHibernate() };
        var all = entries.Concat([Host("system"), Host("user"), Host("terminal")]).ToImmutableSortedDictionary(e => e.Id, e => e);
        var registry = App.CreateRegistry(Snapshot.FromDeclared(all));
        Node = new Node(name, Clock, registry, loggers ?? NullLoggerFactory.Instance);
        var programs = new LuaPrograms(registry, new NativePrograms(registry, natives ?? new NativeProcesses()));
        Node.Programs = programs;
        Node.Functions = new FunctionPools(Node, programs);
        Node.Queues = new MemoryQueues(Node);
        foreach (var spec in registry.Current.Hosts)
        {
            // The shortest slices make the most interleavings.
            // Interruptions counted in instructions, and only these, come at the same places in every run.
            var preemption = spec.Limits.Preemption ?? Preemption.Hook;
            var counting = spec with { Limits = spec.Limits with { Preemption = preemption } };
            var host = new ProcessHost(Node, counting, Scheduler)
            {
                Terminal = spec.Zone == Zone.Terminal ? Terminal : null,
                TimeSlice = TimeSpan.Zero,
                InterruptAfter = preemption == Preemption.Hook ? TimeSpan.MaxValue : TimeSpan.Zero,
            };
            Node.AddHost(host);
            host.Start();
        }
        Node.Queues.Start();
    }

    public Node Node { get; }

    public ManualScheduler Scheduler { get; }

    public FakeTimeProvider Clock { get; } = new();

    public MemoryTerminal Terminal { get; } = new();

    /// <summary>A node with one <c>process.lua</c> entry <c>app:NAME</c> per source; all may use every module.</summary>
    public static TestNode WithLua(params (string Name, string Source)[] sources) => new(sources.Select(s => Lua(s.Name, s.Source)));

    /// <summary>A <c>process.lua</c> entry <c>app:NAME</c>.</summary>
    public static Entry Lua(string name, string source, IReadOnlyDictionary<string, object?>? imports = null) => new(
        new EntryId("app", name),
        EntryKinds.LuaProcess,
        data: new Dictionary<string, object?>
        {
            ["source"] = source,
            ["modules"] = LuaModules.Names.ToList<object?>(),
            ["imports"] = imports ?? NoFields,
        });

    /// <summary>A <c>library.lua</c> entry <c>app:NAME</c>.</summary>
    public static Entry Library(string name, string source) =>
        new(new EntryId("app", name), EntryKinds.LuaLibrary, data: new Dictionary<string, object?> { ["source"] = source });

    /// <summary>Starts a process without arguments and runs everything until nothing moves.</summary>
    /// <param name="entry">Name in <c>app</c>.</param>
    /// <param name="host">Name in <c>app</c>.</param>
    /// <param name="security">Actor and scope.</param>
    /// <param name="context">Context values.</param>
    public Spawned Spawn(string entry, string host = "user", SecurityContext security = default, ContextValues? context = null)
    {
        var spawned = Start(entry, host, security, context);
        Scheduler.RunUntilIdle();
        return spawned;
    }

    /// <summary>As <see cref="Spawn"/>, without running anything.</summary>
    public Spawned Start(string entry, string host = "user", SecurityContext security = default, ContextValues? context = null)
    {
        var spawned = new Spawned(this);
        Node.Router.Spawn(
            new SpawnRequest
            {
                Entry = new EntryId("app", entry),
                Host = new EntryId("app", host),
                Security = security,
                Context = context ?? ContextValues.Empty,
                Reply = spawned.Started,
            },
            null);
        return spawned;
    }

    /// <summary>Sends a message from nobody, then runs until nothing moves.</summary>
    public void Send(Spawned to, string topic, params object?[] values)
    {
        Post(to, topic, values);
        Scheduler.RunUntilIdle();
    }

    /// <summary>As <see cref="Send"/>, without running anything.</summary>
    public void Post(Spawned to, string topic, params object?[] values)
    {
        using var buffer = new ByteBuffer();
        PayloadValues.WriteArguments(buffer, values);
        Node.Router.Deliver(to.Pid, Message.Create(Pid.None, Topic.Of(topic), buffer.WrittenSpan));
    }

    /// <summary>Calls a function without arguments, without running anything.</summary>
    /// <param name="function">Name in <c>app</c>.</param>
    /// <param name="host">Name in <c>app</c>.</param>
    /// <param name="context">Its context values.</param>
    public Called Call(string function, string host = "user", ContextValues? context = null)
    {
        Node.TryGetHost(new EntryId("app", host), out var from);
        var called = new Called();
        called.Handle = Node.Functions!.Call(new FunctionRequest
        {
            Function = new EntryId("app", function),
            Host = from!,
            Context = context ?? ContextValues.Empty,
            Ended = result => called.Result = result,
        });
        return called;
    }

    /// <summary>Runs a process to its end and gives its value; fails if it does not end or ends with an error.</summary>
    public object? Run(string entry, string host = "user") => Spawn(entry, host).Value();

    /// <summary>Moves the clock, then runs until nothing moves.</summary>
    public void Advance(TimeSpan by)
    {
        // In small steps, because what a timer wakes may start the next one.
        for (var end = Clock.GetUtcNow() + by; Clock.GetUtcNow() < end;)
        {
            var step = TimeSpan.FromTicks(Math.Min(TimeSpan.TicksPerMillisecond * 10, (end - Clock.GetUtcNow()).Ticks));
            Clock.Advance(step);
            Scheduler.RunUntilIdle();
        }
    }

    /// <summary>
    /// Runs a process to its end. The clock moves to the next timer whenever nothing else moves, and by a millisecond
    /// now and then when something always does.
    /// </summary>
    /// <param name="spawned">Which.</param>
    /// <param name="limit">How far the clock may move.</param>
    /// <returns>False when it still lives: nothing is left to wait for, or the limit is reached.</returns>
    public bool RunToEnd(Spawned spawned, TimeSpan limit) => RunUntil(() => spawned.Refusal is not null || spawned.Result is not null, limit);

    /// <summary>As <see cref="RunToEnd"/>, until something is so.</summary>
    public bool RunUntil(Func<bool> isSo, TimeSpan limit)
    {
        for (var end = Clock.GetUtcNow() + limit; ;)
        {
            var isIdle = Scheduler.Run(StepsPerMillisecond);
            if (isSo()) return true;
            var now = Clock.GetUtcNow();
            var due = isIdle ? Clock.NextDue : now.AddMilliseconds(1);
            if (due is not { } next || next > end) return false;
            Clock.Advance(next > now ? next - now : TimeSpan.Zero);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var process in Node.Processes.All) process.End(ProcessErrors.Terminated);
        Scheduler.RunUntilIdle();
        Node.Dispose();
    }

    private static Entry Host(string zone) => new(
        new EntryId("app", zone),
        EntryKinds.ProcessHost,
        data: new Dictionary<string, object?> { ["zone"] = zone });

    /// <summary>A call that a test started.</summary>
    internal sealed class Called
    {
        /// <summary>How it ended; null while it runs.</summary>
        public ExitResult? Result { get; set; }

        public IFunctionCall? Handle { get; set; }

        /// <summary>The value it returned.</summary>
        public object? Value()
        {
            if (Result is not { } result) throw new InvalidOperationException("the call has not ended");
            if (result.Error is { } error) throw new InvalidOperationException($"{error.Kind}: {error.Message}\n{error.Stack}");
            if (result.Value.IsEmpty) return null;
            var reader = new MessagePackReader(result.Value.Span);
            return PayloadValues.Read(ref reader);
        }
    }

    /// <summary>A process that a test started, or what became of the attempt.</summary>
    internal sealed class Spawned(TestNode node)
    {
        private Task<ExitResult>? _ended;

        public Pid Pid { get; private set; }

        public Error? Refusal { get; private set; }

        public Process? Process => node.Node.Processes.TryGet(Pid, out var process) ? process : null;

        /// <summary>How it ended; null while it lives.</summary>
        public ExitResult? Result => _ended is { IsCompleted: true } ended ? ended.GetAwaiter().GetResult() : null;

        /// <summary>The value it returned.</summary>
        public object? Value()
        {
            if (Refusal is not null) throw new InvalidOperationException($"spawn failed: {Refusal.Kind}: {Refusal.Message}");
            if (Result is not { } result) throw new InvalidOperationException($"{Pid} has not ended, it is {Process?.State}");
            if (result.Error is { } error) throw new InvalidOperationException($"{Pid} ended with {error.Kind}: {error.Message}\n{error.Stack}");
            if (result.Value.IsEmpty) return null;
            var reader = new MessagePackReader(result.Value.Span);
            return PayloadValues.Read(ref reader);
        }

        public void Started(Pid pid, Error? error)
        {
            Pid = pid;
            Refusal = error;
            if (error is null && node.Node.Processes.TryGet(pid, out var process)) _ended = process.WhenEnded();
        }
    }
}
