using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Lua;

/// <summary>
/// Runs one Lua program as a process. Its coroutines are driven from here: each is resumed directly, and a call that
/// may wait yields the number of an operation with its arguments (DESIGN §5, rule 6), which is then done outside Lua,
/// where C# may throw and Lua's longjmp cannot reach.
/// </summary>
internal sealed class LuaBehavior : IBehavior
{
    // Between two looks at the clock a program runs so many instructions; a slice of time is made of several such pieces.
    private const int InstructionsPerLook = 10_000;

    // Operations in one step before other processes get their turn.
    private const int OperationsPerStep = 512;

    private readonly LuaProgram _program;
    private readonly LuaThread _main;
    private LuaThreadQueue _ready;
    private Dictionary<long, Action<Completion>>? _operations;
    private Dictionary<nint, LuaThread>? _resumed;
    private readonly LuaPreparation _preparation;
    private Payload _arguments;
    private long _lastOperation;
    private long _firstLook;   // timestamp; 0 until the hook fires in this step, which most steps never see
    private LuaThread? _current;
    private LuaThread? _next;
    private bool _started;
    private readonly HashSet<nint> _spawned = [];
    private Exception? _fault;
    private HashSet<Timers.Ticket>? _timers;
    private LuaObjects? _objects;
    private HashSet<EventSubscription>? _subscriptions;

    // Values can reach a program before it names a module, so all types are declared first.
    static LuaBehavior() => System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(LuaModules).TypeHandle);

    public LuaBehavior(Process process, LuaProgram program, Payload arguments)
    {
        Process = process;
        _program = program;
        _arguments = arguments;
        State = program.CreateState(process.Host.MemoryLimit);
        _main = new LuaThread(this, State.Main);
        Channels = new LuaChannels(this);
        Mail = new LuaMail(this);
        _preparation = new LuaPreparation(program.Environments);
        LuaCallbacks.SetTimeSlice(State.Main, InstructionsPerLook);
    }

    /// <summary>The process it runs.</summary>
    public Process Process { get; }

    /// <inheritdoc/>
    public long MemoryBytes { get; private set; }

    /// <summary>Its Lua state.</summary>
    public LuaState State { get; }

    public LuaChannels Channels { get; }

    public LuaMail Mail { get; }

    /// <summary>The .NET objects its program holds.</summary>
    public LuaObjects Objects => _objects ??= new LuaObjects();

    /// <summary>What global names mean to the program and its libraries.</summary>
    public LuaEnvironments Environments => _program.Environments;

    /// <inheritdoc/>
    public ExitResult Result { get; private set; } = ExitResult.Normal;

    /// <summary>Where payloads are encoded before they are copied to their receivers. One per thread; empty between uses.</summary>
    public static ByteBuffer Scratch
    {
        get
        {
            var scratch = t_scratch ??= new ByteBuffer(4096);
            scratch.Clear();
            return scratch;
        }
    }

    [ThreadStatic]
    private static ByteBuffer? t_scratch;

    /// <inheritdoc/>
    public Progress Initialise()
    {
        var previous = LuaCallbacks.Enter(this);
        try
        {
            return RunSafely(static self => self.Prepare());
        }
        finally
        {
            LuaCallbacks.Leave(previous);
        }
    }

    /// <inheritdoc/>
    public Progress Step()
    {
        var previous = LuaCallbacks.Enter(this);
        try
        {
            return RunSafely(static self => self.StepProgram());
        }
        finally
        {
            MemoryBytes = State.MemoryBytes;
            LuaCallbacks.Leave(previous);
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
        var previous = LuaCallbacks.Enter(this);
        if (_timers is not null)
        {
            foreach (var ticket in _timers) Process.Node.Timers.Cancel(ticket);
        }
        if (_subscriptions is not null)
        {
            foreach (var subscription in _subscriptions) Process.Node.Events.Unsubscribe(subscription);
        }
        _arguments.Return();
        State.Dispose();
        LuaCallbacks.Leave(previous);
    }

    /// <summary>Whether its code is to stop as soon as possible: it was ended from outside, or has a fault.</summary>
    public bool MustStop => Process.IsEnding || _fault is not null;

    /// <summary>Fails the process: a callback or operation of ours threw, which is a bug.</summary>
    public void Fault(Exception exception) => _fault ??= exception;

    /// <summary>Notes an operation that runs elsewhere.</summary>
    /// <param name="completed">What to do when its <see cref="Completion"/> arrives.</param>
    /// <returns>The number for the completion.</returns>
    public long BeginOperation(Action<Completion> completed)
    {
        (_operations ??= []).Add(++_lastOperation, completed);
        return _lastOperation;
    }

    /// <summary>Starts a timer.</summary>
    public Timers.Ticket StartTimer(TimeSpan delay, Action fired)
    {
        Timers.Ticket? ticket = null;
        var operation = BeginOperation(_ =>
        {
            _timers!.Remove(ticket!);
            fired();
        });
        ticket = Process.Node.Timers.Start(delay, Process, operation);
        (_timers ??= []).Add(ticket);
        return ticket;
    }

    /// <summary>Cancels a timer.</summary>
    /// <returns>False when it has fired or was cancelled before.</returns>
    public bool CancelTimer(Timers.Ticket ticket)
    {
        if (_timers is null || !_timers.Remove(ticket)) return false;
        _operations!.Remove(ticket.Operation);
        return Process.Node.Timers.Cancel(ticket);
    }

    /// <summary>Subscribes to the event bus and pushes the channel on which its events arrive.</summary>
    public void Subscribe(LuaStack stack, string system, string kind)
    {
        var subscription = Process.Node.Events.Subscribe(Process, system, kind);
        (_subscriptions ??= []).Add(subscription);
        Mail.PushReserved(stack, subscription.Topic, LuaMessages.PushBusEvent).Subscription = subscription;
    }

    /// <summary>Ends a subscription and closes its channel. Again changes nothing.</summary>
    public void Unsubscribe(LuaFeedChannel channel)
    {
        if (_subscriptions is null || !_subscriptions.Remove(channel.Subscription!)) return;
        Process.Node.Events.Unsubscribe(channel.Subscription!);
        Mail.Unlisten(channel);
    }

    /// <summary>A coroutine has its answer: it goes on, now if it is the one that asks, in its turn otherwise.</summary>
    public void Answered(LuaThread thread)
    {
        if (ReferenceEquals(thread, _current) && _next is null) _next = thread;
        else _ready.Enqueue(thread);
    }

    /// <summary>Starts a coroutine of its own from the function at the top of the stack, which is replaced by its thread.</summary>
    public void Spawn(LuaStack stack)
    {
        var thread = stack.NewThread();
        stack.PushValue(-1);
        stack.Anchor(thread.Handle);
        stack.Insert(-2);
        stack.MoveTo(thread, 1);
        _spawned.Add(thread.Handle);
        _ready.Enqueue(new LuaThread(this, thread));
    }

    /// <summary>Whether a coroutine is being resumed by another now.</summary>
    public bool IsResumed(LuaStack thread) => _resumed is not null && _resumed.ContainsKey(thread.Handle);

    /// <summary>Whether it was started with <see cref="Spawn"/> and has not ended: the process runs it, nobody resumes it.</summary>
    public bool IsSpawned(LuaStack thread) => _spawned.Contains(thread.Handle);

    /// <summary>Whether it is the one that runs now.</summary>
    public bool IsRunning(LuaStack thread) => _current?.Stack.Handle == thread.Handle;

    /// <summary>Goes on with a coroutine on behalf of another, which waits for its next yield.</summary>
    public void SwitchTo(LuaStack stack, LuaThread resumer, int arguments)
    {
        var thread = new LuaThread(this, stack) { Resumer = resumer, Results = arguments };
        (_resumed ??= []).Add(stack.Handle, thread);
        _next = thread;
    }

    /// <summary>Goes back to the coroutine which resumed this one: it yields, or has ended, with the values at the top of its stack.</summary>
    public void SwitchBack(LuaThread thread, int values)
    {
        var resumer = thread.Resumer!;
        var first = resumer.BeginReturn();
        if (resumer.Stack.Reserve(values + 4))
        {
            resumer.Stack.Push(true);
            thread.Stack.MoveTo(resumer.Stack, values);
        }
        else
        {
            thread.Stack.Pop(values);
            resumer.Stack.Push(false);
            resumer.Stack.Push("too many results to resume");
        }
        SwitchBack(thread, resumer, first);
    }

    /// <summary>Lets the Lua collector have a value that was anchored. Works whatever the calling coroutine has become since.</summary>
    public void Release(nint anchor)
    {
        _main.Stack.PushNil();
        _main.Stack.Anchor(anchor);
    }

    private bool HasOperations => _operations is { Count: > 0 };

    // Whatever our own code throws ends this process, not the worker.
    private Progress RunSafely(Func<LuaBehavior, Progress> run)
    {
        try
        {
            var progress = run(this);
            if (_fault is null) return progress;
        }
        catch (Exception exception)
        {
            Fault(exception);
        }
        return FailInternally();
    }

    private Progress FailInternally() =>
        Fail(new Error(ErrorKind.Internal, $"internal error in {_program.Id}: {_fault!.Message}") { Stack = _fault.ToString() });

    // Libraries, then the chunk, run one after the other on the main thread; what they spawn runs beside them.
    private Progress Prepare()
    {
        if (!TakeMail()) return Fail(ProcessErrors.LinkedProcessFailed);
        while (true)
        {
            if (!_preparation.IsRunning)
            {
                if (!_preparation.PushNext(_main)) return _preparation.TryTakeMethod(_main, _program, out var error) ? Progress.Ready : Fail(error!);
                _main.Results = 0;
                _ready.Enqueue(_main);
            }
            var progress = RunReady();
            if (progress != Progress.Done) return progress;
            if (Result.Error is { } failure) return Fail(failure with { Kind = ErrorKind.Internal, Message = $"failed to execute script: {failure.Message}" });
            _preparation.Finished(_main);
        }
    }

    private Progress StepProgram()
    {
        if (!_started)
        {
            _started = true;
            _main.Stack.SetTop(0);
            _main.Stack.PushAnchored(LuaAnchors.Method);
            _main.Results = LuaCodec.DecodeArguments(_main.Stack, _arguments.Span);
            _arguments.Return();
            _arguments = Payload.Empty;
            _ready.Enqueue(_main);
        }
        return TakeMail() ? RunReady() : Fail(ProcessErrors.LinkedProcessFailed);
    }

    // Runs coroutines in their turn until all wait. Done: main has ended or one has failed, Result says how.
    private Progress RunReady()
    {
        _firstLook = 0;
        for (var turns = 0; _ready.TryDequeue(out var thread); turns++)
        {
            var progress = Run(thread);
            if (progress is Progress.Done or Progress.Continue) return progress;
            if (turns >= OperationsPerStep) return Progress.Continue;
        }
        if (HasOperations)
        {
            if (_operations!.Count == _timers?.Count) Process.Trace?.Rest();
            return Progress.Blocked;
        }
        if (Mail.HasSubscriptions || Channels.Waiting > 0)
        {
            Process.Trace?.Idle();
            return Progress.Idle;
        }
        return Fail(new Error(ErrorKind.Internal, $"deadlock: all coroutines blocked with no pending operations (threads={_spawned.Count + 1})", Retryable: null));
    }

    // Runs one coroutine, and those it resumes, until it waits. Done: the program is over, Result says how. Continue: its time is up.
    private Progress Run(LuaThread thread)
    {
        var operations = 0;
        while (true)
        {
            _current = thread;
            _next = null;
            var status = LuaCallbacks.Resume(State, thread.Stack, thread.Results, out var values);
            if (_fault is not null) return FailInternally();
            if (IsOutOfMemory(thread)) return Progress.Done;
            switch (status)
            {
                case LuaStatus.Yield when values == 0:   // the time-slice hook
                    thread.Results = 0;
                    if (_firstLook == 0) _firstLook = System.Diagnostics.Stopwatch.GetTimestamp();
                    if (!Process.IsEnding && System.Diagnostics.Stopwatch.GetElapsedTime(_firstLook) < Process.Host.TimeSlice) continue;
                    _ready.Enqueue(thread);
                    _current = null;
                    return Progress.Continue;
                case LuaStatus.Yield:
                    thread.Suspended(values);
                    LuaOperations.Of(thread.Operation)(this, thread);
                    break;
                case LuaStatus.Ok:
                    if (Ended(thread, values)) return Progress.Done;
                    break;
                case LuaStatus.MemoryError when thread.Resumer is null:
                    Result = ExitResult.Failed(MemoryExceeded());
                    return Progress.Done;
                default:
                    if (Process.IsEnding) return Progress.Continue;   // perhaps stopped by force; the process knows its reason
                    if (Failed(thread)) return Progress.Done;
                    break;
            }
            if (_next is null)
            {
                _current = null;
                return Progress.Idle;
            }
            thread = _next;
            if (++operations < OperationsPerStep) continue;
            _ready.Enqueue(thread);
            _current = null;
            return Progress.Continue;
        }
    }

    // True: more is in use than allowed, and not just garbage.
    private bool IsOutOfMemory(LuaThread thread)
    {
        if (!State.IsOverLimit) return false;
        State.Collect();
        if (State.IsOverLimit)
        {
            Result = ExitResult.Failed(MemoryExceeded());
            return true;
        }
        LuaCallbacks.SetTimeSlice(thread.Stack, InstructionsPerLook);
        return false;
    }

    private Error MemoryExceeded() =>
        new(ErrorKind.LimitExceeded, $"{_program.Id} needs more than the {Process.Host.MemoryLimit >> 20} MB of memory a process may use here");

    // True: it was main.
    private bool Ended(LuaThread thread, int values)
    {
        if (ReferenceEquals(thread, _main))
        {
            if (_started) Result = LuaExit.FromReturn(thread.Stack, values);
            return true;
        }
        if (thread.Resumer is not null) SwitchBack(thread, values);
        else Forget(thread);
        return false;
    }

    // True: nobody is there to catch it, so the process ends.
    private bool Failed(LuaThread thread)
    {
        if (thread.Resumer is not { } resumer)
        {
            Result = ExitResult.Failed(LuaErrors.FromRaised(thread.Stack, -1));
            return true;
        }
        var first = resumer.BeginReturn();
        resumer.Stack.Push(false);
        thread.Stack.PushValue(-1);
        thread.Stack.MoveTo(resumer.Stack, 1);
        SwitchBack(thread, resumer, first);
        return false;
    }

    private void SwitchBack(LuaThread thread, LuaThread resumer, int first)
    {
        _resumed!.Remove(thread.Stack.Handle);
        resumer.Results = resumer.Stack.Top - first + 2;
        _next = resumer;
    }

    private void Forget(LuaThread thread)
    {
        // Empty, so that it reads as dead to those who still hold it.
        thread.Stack.SetTop(0);
        _spawned.Remove(thread.Stack.Handle);
        Release(thread.Stack.Handle);
    }

    // False: a linked process failed and this one does not trap that.
    private bool TakeMail()
    {
        var item = Process.Mailbox.TakeAll();
        while (item is not null)
        {
            var next = item.Next;
            item.Next = null;
            switch (item)
            {
                case Message message:
                    Mail.Add(message);
                    break;
                case Signal { Kind: SignalKind.LinkDown } when !Process.TrapLinks:
                    return false;
                case Signal signal:
                    Mail.Add(signal);
                    break;
                case Completion completion when _operations is not null && _operations.Remove(completion.Operation, out var completed):
                    completed(completion);
                    break;
            }
            item = next;
        }
        return true;
    }

    private Progress Fail(Error error)
    {
        Result = ExitResult.Failed(error);
        return Progress.Done;
    }
}
