using System.Text;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Security;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Processes;

/// <summary>
/// What a native process can do: the same as a Lua process through the <c>process</c> global, with the same policies
/// asked. Called only from the code of its process. Values are null, bool, long, double, string, byte[], lists and
/// string-keyed dictionaries of these.
/// </summary>
public sealed class NativeContext
{
    private readonly NativeBehavior _behavior;
    private readonly NativeMail<Message> _messages = new();
    private readonly NativeMail<Signal> _events = new();
    private readonly CancellationTokenSource _cancelled = new();
    private readonly HashSet<IFunctionCall> _calls = [];

    internal NativeContext(NativeBehavior behavior, IReadOnlyList<object?> arguments)
    {
        _behavior = behavior;
        Arguments = arguments;
    }

    /// <summary>Its own PID.</summary>
    public string Self => Process.Pid.ToString();

    /// <summary>The id of the entry it runs.</summary>
    public string Entry => Process.Entry.ToString();

    /// <summary>What it was started with.</summary>
    public IReadOnlyList<object?> Arguments { get; }

    /// <summary>Cancelled when somebody asks it to end (CANCEL), or it was ended.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>Whether LINK_DOWN arrives as an event instead of ending it. Set it before linking.</summary>
    public bool TrapLinks
    {
        get => Process.TrapLinks;
        set => Process.TrapLinks = value;
    }

    /// <summary>Whether <see cref="NativeEventKind.Outdated"/> tells it when the registry changes its entry.</summary>
    public bool IsUpgradable
    {
        get => Process.IsUpgradable;
        set => Process.IsUpgradable = value;
    }

    internal Process Process => _behavior.Process;

    /// <summary>The next message, in order of arrival.</summary>
    public async ValueTask<NativeMessage> ReceiveAsync(CancellationToken cancellation = default)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            while (_messages.TryTake(out var message))
            {
                if (Read(message) is { } read) return read;
            }
            await _messages.WaitAsync(cancellation);
        }
    }

    /// <summary>The next event: EXIT of a monitored process, CANCEL, or LINK_DOWN.</summary>
    public async ValueTask<NativeEvent> NextEventAsync(CancellationToken cancellation = default) => Read(await NextSignalAsync(cancellation));

    /// <summary>The same as the runtime has it.</summary>
    internal async ValueTask<Signal> NextSignalAsync(CancellationToken cancellation = default)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_events.TryTake(out var signal)) return signal;
            await _events.WaitAsync(cancellation);
        }
    }

    /// <summary>Sends a message.</summary>
    /// <param name="destination">A PID or a registered name.</param>
    /// <param name="topic">Not beginning with <c>@</c>.</param>
    /// <param name="values">The payload.</param>
    /// <returns>Null when queued, else why not.</returns>
    /// <exception cref="ArgumentException">A value of a type that cannot be sent.</exception>
    public Error? Send(string destination, string topic, params object?[] values)
    {
        var shown = Encoding.UTF8.GetBytes(destination);
        var about = Topic.Of(topic);
        if (about.IsReserved) return new Error(ErrorKind.Invalid, "cannot send to @ topics");
        if (Process.Node.Router.TryRoute(Process, shown, about, out var route) is { } refused) return refused;
        using var buffer = new ByteBuffer();
        PayloadValues.WriteArguments(buffer, values);
        return route.Send(Process, about, buffer.WrittenSpan);
    }

    /// <summary>Starts a process.</summary>
    /// <param name="entry">Id of a process entry.</param>
    /// <param name="host">Id of a host.</param>
    /// <param name="relation">Whether to monitor it, link to it, or both, from before its first step.</param>
    /// <param name="arguments">For its method.</param>
    /// <returns>Its PID.</returns>
    /// <exception cref="ProcessFailedException">Why it could not be started.</exception>
    public async Task<string> SpawnAsync(string entry, string host, SpawnRelation relation = SpawnRelation.None, params object?[] arguments)
    {
        Demand(SpawnPermission.RefusalOf(Process, entry, host, relation));
        var (entryId, hostId) = Ids(entry, host);
        using var buffer = new ByteBuffer();
        PayloadValues.WriteArguments(buffer, arguments);
        var (pid, error) = await SpawnAsync(entryId, hostId, relation, Payload.Copy(buffer.WrittenSpan), Process.Security);
        return error is null ? pid.ToString() : throw new ProcessFailedException(error);
    }

    internal async Task<(Pid Pid, Error? Error)> SpawnAsync(EntryId entry, EntryId host, SpawnRelation relation, Payload arguments, SecurityContext security)
    {
        var answered = new TaskCompletionSource<(Pid, Error?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        Spawn(entry, host, relation, arguments, security, null, (pid, error) => answered.SetResult((pid, error)));
        return await answered.Task;
    }

    /// <summary>As <see cref="SpawnAsync(EntryId, EntryId, SpawnRelation, Payload, SecurityContext)"/>, with a callback.</summary>
    internal void Spawn(
        EntryId entry, EntryId host, SpawnRelation relation, Payload arguments, SecurityContext security, ServiceMark? service, Action<Pid, Error?> answered, TraceContext? trace = null)
    {
        var operation = _behavior.BeginOperation(completion => answered((Pid)completion.Value!, completion.Error));
        Process.Node.Router.Spawn(
            new SpawnRequest
            {
                Entry = entry,
                Host = host,
                Arguments = arguments,
                Trace = trace,
                Parent = Process.Pid,
                Monitor = relation.HasFlag(SpawnRelation.Monitored),
                Link = relation.HasFlag(SpawnRelation.Linked),
                Security = security,
                Context = Process.Context,
                Service = service,
                Reply = (pid, error) =>
                {
                    if (!Process.Mailbox.TryPostInternal(new Completion(operation, pid, error))) return;
                    // A service that runs on this node tells so at the end of its first step.
                    if (service is not null && error is null && pid.Node == Process.Pid.Node) Process.WakeHere();
                    else Process.Wake();
                },
            },
            Process);
    }

    /// <summary>Starts a process, waits until it has ended, and gives its result.</summary>
    /// <param name="entry">Id of a process entry.</param>
    /// <param name="host">Id of a host.</param>
    /// <param name="arguments">For its method.</param>
    /// <exception cref="ProcessFailedException">Why it could not be started, or how it failed.</exception>
    public async Task<object?> ExecAsync(string entry, string host, params object?[] arguments)
    {
        Demand(SpawnPermission.ExecRefusalOf(Process, entry, host));
        var (entryId, hostId) = Ids(entry, host);
        using var buffer = new ByteBuffer();
        PayloadValues.WriteArguments(buffer, arguments);
        var span = Process.Trace?.Call("exec", entryId);
        var completion = await Start(operation => Process.Node.Router.Spawn(
            new SpawnRequest
            {
                Entry = entryId,
                Host = hostId,
                Arguments = Payload.Copy(buffer.WrittenSpan),
                Trace = span?.Cause,
                Parent = Process.Pid,
                Security = Process.Security,
                Context = Process.Context,
                Reply = (_, error) =>
                {
                    if (error is not null) Process.Post(new Completion(operation, ExitResult.Failed(error), null));
                },
                IsExec = true,
                Ended = result => Process.Post(new Completion(operation, result, null)),
            },
            Process));
        var result = (ExitResult)completion.Value!;
        span?.End(result.Error?.Message);
        return result.Error is null ? ValueOf(result) : throw new ProcessFailedException(result.Error);
    }

    /// <summary>Calls a function and gives its first result. The call ends with this process at the latest.</summary>
    /// <param name="function">Id of a function, or of a process with a default host.</param>
    /// <param name="arguments">For its method.</param>
    /// <exception cref="ProcessFailedException">Why it could not be called, or how it failed.</exception>
    /// <exception cref="ArgumentException">A value of a type that cannot be sent.</exception>
    public async Task<object?> CallAsync(string function, params object?[] arguments)
    {
        Demand(CallPermission.RefusalOf(Process, function, out var id));
        using var buffer = new ByteBuffer();
        PayloadValues.WriteArguments(buffer, arguments);
        IFunctionCall? call = null;
        var completion = await Start(operation =>
        {
            call = Process.Node.Functions!.Call(new FunctionRequest
            {
                Function = id,
                Host = Process.Host,
                Caller = Process,
                Arguments = Payload.Copy(buffer.WrittenSpan),
                Security = Process.Security,
                Context = Process.Context,
                Ended = result => Process.Post(new Completion(operation, result, null)),
            });
            _calls.Add(call);
        });
        _calls.Remove(call!);
        var result = (ExitResult)completion.Value!;
        return result.Error is null ? ValueOf(result) : throw new ProcessFailedException(result.Error);
    }

    /// <summary>
    /// Goes on as another program, or as what the entry means now: PID, mail, names, monitors, links and all that belongs to
    /// the process stay. Nothing after this call runs, not even <c>finally</c>.
    /// </summary>
    /// <param name="entry">Id of a process entry; null for its own.</param>
    /// <param name="state">Arguments of the new program.</param>
    /// <exception cref="ProcessFailedException">The id is none, or not permitted.</exception>
    /// <exception cref="ArgumentException">A value of a type that cannot be sent.</exception>
    public Task UpgradeAsync(string? entry = null, params object?[] state)
    {
        var id = Process.Entry;
        if (entry is not null && !EntryId.TryParse(entry, out id)) throw new ProcessFailedException(new Error(ErrorKind.NotFound, "factory not found"));
        Demand(SpawnPermission.UpgradeRefusalOf(Process, id));
        using var buffer = new ByteBuffer();
        PayloadValues.WriteArguments(buffer, state);
        _behavior.BeginUpgrade(id, Payload.Copy(buffer.WrittenSpan));
        return new TaskCompletionSource().Task;
    }

    /// <summary>Asks something of a process and does not wait for the answer.</summary>
    internal void Ask(AskKind kind, in Pid target, string reason = "") =>
        Process.Node.Router.Perform(Process, new Ask(kind, Process.Pid, target, reason), target.ToString(), static _ => { });

    /// <summary>Calls back after some time.</summary>
    /// <returns>What gives that up; it may be too late.</returns>
    internal Action After(TimeSpan delay, Action elapsed)
    {
        var operation = _behavior.BeginOperation(_ => elapsed());
        var timer = Process.Node.Timers.Start(delay, Process, operation);
        return () =>
        {
            if (Process.Node.Timers.Cancel(timer)) _behavior.ForgetOperation(operation);
        };
    }

    /// <summary>Asks to be told of a process's end.</summary>
    public Task<Error?> MonitorAsync(string destination) => AskAsync(AskKind.Monitor, destination);

    /// <summary>No longer asks to be told.</summary>
    public Task<Error?> UnmonitorAsync(string destination) => AskAsync(AskKind.Unmonitor, destination);

    /// <summary>Links the two processes.</summary>
    public Task<Error?> LinkAsync(string destination) => AskAsync(AskKind.Link, destination);

    /// <summary>Dissolves the link.</summary>
    public Task<Error?> UnlinkAsync(string destination) => AskAsync(AskKind.Unlink, destination);

    /// <summary>Asks a process to end.</summary>
    public Task<Error?> CancelAsync(string destination, string reason = "") => AskAsync(AskKind.Cancel, destination, reason);

    /// <summary>Ends a process.</summary>
    public Task<Error?> TerminateAsync(string destination) => AskAsync(AskKind.Terminate, destination);

    /// <summary>Registers a name for itself.</summary>
    public async Task<Error?> RegisterAsync(string name)
    {
        if (!Process.Permits("process.registry.register", name))
        {
            return new Error(ErrorKind.PermissionDenied, $"not allowed to register name: {name}");
        }
        var completion = await Start(operation => Process.Node.Names.Register(
            name, Process.Pid, new NameCaller(Process.Pid, Process.Host.Zone), error => Process.Post(new Completion(operation, null, error))));
        return completion.Error;
    }

    /// <summary>Waits.</summary>
    public Task DelayAsync(TimeSpan delay) => Start(operation => Process.Node.Timers.Start(delay, Process, operation));

    /// <summary>What has not been received.</summary>
    internal IEnumerable<MailboxItem> Undelivered => [.. _messages.Items, .. _events.Items];

    internal void Deliver(Message message) => _messages.Add(message);

    internal void Deliver(Signal signal)
    {
        _events.Add(signal);
        if (signal.Kind == SignalKind.Cancel) _cancelled.Cancel();
    }

    internal void Close()
    {
        foreach (var call in _calls) call.Cancel();
        _cancelled.Cancel();
    }

    private static void Demand(Error? refusal)
    {
        if (refusal is not null) throw new ProcessFailedException(refusal);
    }

    private static (EntryId Entry, EntryId Host) Ids(string entry, string host)
    {
        if (!EntryId.TryParse(entry, out var entryId)) throw new ProcessFailedException(new Error(ErrorKind.NotFound, "factory not found"));
        if (!EntryId.TryParse(host, out var hostId)) throw new ProcessFailedException(ProcessErrors.HostNotFound);
        return (entryId, hostId);
    }

    private async Task<Error?> AskAsync(AskKind kind, string destination, string reason = "")
    {
        if (!Process.Node.Router.TryResolve(Encoding.UTF8.GetBytes(destination), out var target)) return ProcessErrors.Unresolved(destination);
        var completion = await Start(operation => Process.Node.Router.Perform(
            Process, new Ask(kind, Process.Pid, target, reason), destination, error => Process.Post(new Completion(operation, null, error))));
        return completion.Error;
    }

    private Task<Completion> Start(Action<long> begin)
    {
        var source = new TaskCompletionSource<Completion>(TaskCreationOptions.RunContinuationsAsynchronously);
        begin(_behavior.BeginOperation(completion => source.SetResult(completion)));
        return source.Task;
    }

    // The message as the program sees it, null when it is malformed; the message itself is gone then.
    private NativeMessage? Read(Message message)
    {
        try
        {
            var from = message.Source.IsNone ? "" : message.Source.ToString();
            return new NativeMessage(message.Topic.ToString(), from, PayloadValues.ReadArguments(message.Payload));
        }
        catch (MessagePackException malformed)
        {
            Process.Node.DeadLetters.Add(message.Source, Process.Pid, message.Topic.ToString(), malformed.Message);
            return null;
        }
        finally
        {
            Process.Taken(message);
            message.Release();
        }
    }

    private NativeEvent Read(Signal signal)
    {
        var kind = signal.Kind switch
        {
            SignalKind.Exit => NativeEventKind.Exit,
            SignalKind.LinkDown => NativeEventKind.LinkDown,
            SignalKind.Outdated => NativeEventKind.Outdated,
            _ => NativeEventKind.Cancel,
        };
        IReadOnlyList<string> sources = kind == NativeEventKind.Outdated ? [.. Process.TakeOutdated().Select(id => id.ToString())] : [];
        return new NativeEvent(kind, signal.From.ToString(), signal.At, ValueOf(signal.Result), signal.Result?.Error, signal.Reason, sources);
    }

    private static object? ValueOf(ExitResult? result)
    {
        if (result is null || result.Value.IsEmpty) return null;
        try
        {
            var reader = new MessagePackReader(result.Value.Span);
            return PayloadValues.Read(ref reader);
        }
        catch (MessagePackException)
        {
            return null;   // from a peer that is broken or hostile: the end itself is news enough
        }
    }
}
