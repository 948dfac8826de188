using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Shared.Lua;

/// <summary>
/// Runs one Lua program as a process. Its coroutines are driven from here: each is resumed directly, and a call that
/// may wait yields the number of an operation with its arguments (DESIGN §5, rule 6), which is then done outside Lua,
/// where C# may throw and Lua's longjmp cannot reach.
/// </summary>
internal sealed class LuaBehavior : IReusableBehavior
{
    // Between two looks at the clock a program runs so many instructions; a slice of time is made of several such pieces.
    private const int InstructionsPerLook = 10_000;

    // What an operation under way costs outside of Lua, about: its timer or request, and what waits for the answer.
    private const int OperationBytes = 320;

    // Operations in one step before other processes get their turn.
    private const int OperationsPerStep = 512;

    private readonly LuaProgram _program;
    private readonly LuaThread _main;
    private readonly LuaMonitor? _monitor;   // null: a standing hook
    private LuaThreadQueue _ready;
    private Dictionary<long, Action<Completion>>? _operations;
    private Dictionary<nint, LuaThread>? _resumed;
    private readonly LuaPreparation _preparation;
    private Payload _arguments;
    private long _arrived;   // items of mail taken so far
    private Upgrade? _upgrade;
    private long _firstLook;   // timestamp; 0 until the hook fires in this step, which most steps never see
    private long _stalledSince;   // timestamp of the first look that could not suspend it; 0 after a yield
    private bool _hasStalled;
    private LuaThread? _current;
    private LuaThread? _next;
    private bool _started;
    private HashSet<nint>? _spawned;
    private HashSet<IFunctionCall>? _calls;
    private bool _isClean = true;    // nothing has failed: the state can serve another process
    private bool _hasEnded = true;   // main is not in the middle of something
    private bool _livesOn;           // main has returned, and its answer is given, but not all that it has spawned has ended
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
        _monitor = process.Host.Preemption == Preemption.Monitor && LuaMonitor.Problem is null ? LuaMonitor.Shared : null;
        _arguments = arguments;
        State = program.CreateState(process.Host.MemoryLimit);
        _main = new LuaThread(this, State.Main);
        Channels = new LuaChannels(this);
        Mail = new LuaMail(this);
        _preparation = new LuaPreparation(program.Environments);
        SetTimeSlice(State.Main);
    }

    /// <summary>The process it runs.</summary>
    public Process Process { get; private set; }

    /// <inheritdoc/>
    public long MemoryBytes { get; private set; }

    /// <summary>Its Lua state.</summary>
    public LuaState State { get; }

    public LuaChannels Channels { get; }

    public LuaMail Mail { get; private set; }

    /// <summary>The .NET objects its program holds.</summary>
    public LuaObjects Objects => _objects ??= new LuaObjects();

    /// <summary>What global names mean to the program and its libraries.</summary>
    public LuaEnvironments Environments => _program.Environments;

    /// <summary>Its random numbers.</summary>
    public Random Random
    {
        get => field ??= new Random();
        set;
    }

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
    public bool IsHibernating => State.IsHibernating;

    /// <inheritdoc/>
    public bool TryHibernate()
    {
        var previous = LuaCallbacks.Enter(this);   // garbage may have finalizers
        try
        {
            if (State.IsHibernating || State.TryHibernate() is not { } kept) return false;
            MemoryBytes = kept;
            return true;
        }
        finally
        {
            LuaCallbacks.Leave(previous);
        }
    }

    /// <inheritdoc/>
    public Progress Initialise()
    {
        var previous = LuaCallbacks.Enter(this);
        try
        {
            if (State.IsHibernating) State.Wake();
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
            if (State.IsHibernating) State.Wake();
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
        EndOperations();
        _upgrade?.Arguments.Return();
        State.Dispose();
        LuaCallbacks.Leave(previous);
    }

    /// <summary>Whether the program runs, and not only its preparation.</summary>
    public bool IsStarted => _started;

    /// <summary>Ends this program: the process goes on with another one. Becomes the owner of the arguments.</summary>
    public void BeginUpgrade(EntryId entry, Payload arguments) => _upgrade = new Upgrade(entry, arguments, null);

    /// <inheritdoc/>
    public Upgrade TakeUpgrade()
    {
        var underWay = new List<MailboxItem>();
        while (_ready.TryDequeue(out var thread))
        {
            if (thread.Delivered is Message or Signal) underWay.Add(thread.Delivered);
        }
        var upgrade = _upgrade!.Value with { Undelivered = Mail.TakeUndelivered(underWay) };
        _upgrade = null;
        _isClean = false;
        return upgrade;
    }

    /// <inheritdoc/>
    public bool TryReset()
    {
        if (!_isClean || !_hasEnded || Process.IsEnding) return false;
        var previous = LuaCallbacks.Enter(this);
        EndOperations();
        EndCoroutines();
        Channels.EndAll();
        Mail = new LuaMail(this);
        Answer = null;
        LuaCallbacks.Leave(previous);
        return true;
    }

    /// <inheritdoc/>
    public void Reuse(Process process, Payload arguments)
    {
        Process = process;
        _arguments = arguments;
        _started = _livesOn = false;
        Result = ExitResult.Normal;
        SetTimeSlice(State.Main);
    }

    /// <summary>
    /// Makes the result of a call of what its main function has returned; null = that is the result. A call with such an answer
    /// gives it when main returns, and ends when the coroutines that it has spawned have ended.
    /// </summary>
    public Func<LuaBehavior, LuaStack, ExitResult, ExitResult>? Answer { get; set; }

    /// <summary>How often its program has asked for raw input of the terminal and not yet given that up.</summary>
    public int RawInputs { get; set; }

    /// <summary>Whether its code is to stop as soon as possible: it was ended from outside, or has a fault.</summary>
    public bool MustStop => Process.IsEnding || _fault is not null;

    /// <summary>
    /// Asked every <see cref="InstructionsPerLook"/> instructions where the program cannot yield: whether to stop it there. Since its last
    /// yield it holds a worker, which others wait for.
    /// </summary>
    public bool MustStopWhereItIs()
    {
        if (MustStop) return true;
        var now = System.Diagnostics.Stopwatch.GetTimestamp();
        if (_stalledSince == 0) _stalledSince = now;
        var limit = Process.Host.StallLimit;
        _hasStalled = limit > TimeSpan.Zero && System.Diagnostics.Stopwatch.GetElapsedTime(_stalledSince, now) > limit;
        return _hasStalled;
    }

    /// <summary>Fails the process: a callback or operation of ours threw, which is a bug.</summary>
    public void Fault(Exception exception) => _fault ??= exception;

    /// <summary>Notes an operation that runs elsewhere.</summary>
    /// <param name="completed">What to do when its <see cref="Completion"/> arrives.</param>
    /// <returns>The number for the completion.</returns>
    public long BeginOperation(Action<Completion> completed)
    {
        var operation = Process.NextOperation();
        (_operations ??= []).Add(operation, completed);
        State.Charge(OperationBytes);
        return operation;
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
        State.Charge(-OperationBytes);
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

    /// <summary>Calls a function; the call ends with this process at the latest.</summary>
    /// <param name="function">The entry.</param>
    /// <param name="arguments">Arguments of its method, which the call owns from now on.</param>
    /// <param name="security">Actor and scope it runs under.</param>
    /// <param name="context">Context values it sees.</param>
    /// <param name="ended">What to do when the answer arrives.</param>
    public IFunctionCall StartCall(EntryId function, Payload arguments, in SecurityContext security, ContextValues context, Action<ExitResult> ended)
    {
        IFunctionCall? call = null;
        var process = Process;
        var operation = BeginOperation(completion =>
        {
            _calls!.Remove(call!);
            ended((ExitResult)completion.Value!);
        });
        var span = process.Trace?.Call("call", function);
        call = process.Node.Functions!.Call(new FunctionRequest
        {
            Function = function,
            Host = process.Host,
            Caller = process,
            Arguments = arguments,
            Security = security,
            Context = context,
            Trace = span?.Cause,
            Ended = result =>
            {
                span?.End(result.Error?.Message);
                process.Post(new Completion(operation, result, null));
            },
        });
        (_calls ??= []).Add(call);
        return call;
    }

    /// <summary>A coroutine has its answer: it goes on, now if it is the one that asks, in its turn otherwise.</summary>
    public void Answered(LuaThread thread)
    {
        if (ReferenceEquals(thread, _current) && _next is null) _next = thread;
        else _ready.Enqueue(thread);
    }

    /// <summary>Starts a coroutine of its own from the function at the top of the stack, which is replaced by its thread.</summary>
    /// <param name="stack">The caller's.</param>
    /// <param name="arguments">Of the function; they lie above it.</param>
    public void Spawn(LuaStack stack, int arguments = 0)
    {
        var thread = stack.NewThread();
        stack.PushValue(-1);
        stack.Anchor(thread.Handle);
        stack.Insert(-2 - arguments);
        stack.MoveTo(thread, 1 + arguments);
        (_spawned ??= []).Add(thread.Handle);
        _ready.Enqueue(new LuaThread(this, thread) { Results = arguments });
    }

    /// <summary>Whether a coroutine is being resumed by another now.</summary>
    public bool IsResumed(LuaStack thread) => _resumed is not null && _resumed.ContainsKey(thread.Handle);

    /// <summary>Whether it was started with <see cref="Spawn"/> and has not ended: the process runs it, nobody resumes it.</summary>
    public bool IsSpawned(LuaStack thread) => _spawned is not null && _spawned.Contains(thread.Handle);

    /// <summary>Whether it is the one that runs the method.</summary>
    public bool IsMain(LuaStack thread) => _main.Stack.Handle == thread.Handle;

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

    // Nothing that the process has begun goes on after it.
    private void EndOperations()
    {
        if (_timers is not null)
        {
            foreach (var ticket in _timers) Process.Node.Timers.Cancel(ticket);
            _timers.Clear();
        }
        if (_subscriptions is not null)
        {
            foreach (var subscription in _subscriptions) Process.Node.Events.Unsubscribe(subscription);
            _subscriptions.Clear();
        }
        if (_calls is not null)
        {
            foreach (var call in _calls) call.Cancel();
            _calls.Clear();
        }
        _operations?.Clear();
        if (RawInputs > 0) Process.Host.Terminal?.SetRaw(false);
        RawInputs = 0;
        _arguments.Return();
        _arguments = Payload.Empty;
    }

    // What still waits is dead to those of the next process who hold it. Generators that wait in a yield live on.
    private void EndCoroutines()
    {
        _ready = default;
        _current = _next = null;
        if (_resumed is not null)
        {
            foreach (var thread in _resumed.Values) LuaCallbacks.End(thread.Stack);
            _resumed.Clear();
        }
        foreach (var handle in _spawned ?? [])
        {
            LuaCallbacks.End(new LuaStack(handle));
            Release(handle);
        }
        _spawned?.Clear();
        _main.Stack.SetTop(LuaMonitor.Bottom);
        _main.Waiters = null;
    }

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
            if (Result.Error is { } failure) return Fail(failure with { Kind = ErrorKind.Internal, Retryable = false, Message = $"failed to execute script: {failure.Message}" });
            _preparation.Finished(_main);
        }
    }

    private Progress StepProgram()
    {
        if (!_started)
        {
            _started = true;
            _hasEnded = false;
            _main.Stack.SetTop(LuaMonitor.Bottom);
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
            if (progress is Progress.Done or Progress.Continue or Progress.Upgrade) return progress;
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
        return Fail(new Error(ErrorKind.Internal, $"deadlock: all coroutines blocked with no pending operations (threads={(_spawned?.Count ?? 0) + 1})", Retryable: null));
    }

    // Runs one coroutine, and those it resumes, until it waits. Done: the program is over, Result says how. Continue: its time is up.
    // Upgrade: another program takes over.
    private Progress Run(LuaThread thread)
    {
        var operations = 0;
        while (true)
        {
            _current = thread;
            _next = null;
            if (thread.Delivered is not null) Channels.Receive(thread);
            var status = _monitor is null
                ? LuaCallbacks.Resume(State, thread.Stack, thread.Results, out var values)
                : _monitor.Resume(State, thread.Stack, thread.Results, Process.Host.TimeSlice, out values);
            if (_fault is not null) return FailInternally();
            if (IsOutOfMemory(thread)) return Progress.Done;
            if (_hasStalled)
            {
                Result = ExitResult.Failed(Stalled());
                return Progress.Done;
            }
            _stalledSince = 0;
            switch (status)
            {
                case LuaStatus.Yield when values == 0:   // interrupted
                    thread.Results = 0;
                    if (_monitor is null && !IsSliceOver()) continue;
                    _ready.Enqueue(thread);
                    _current = null;
                    Process.Host.Preempted();
                    return Progress.Continue;
                case LuaStatus.Yield:
                    thread.Suspended(values);
                    LuaOperations.Of(thread.Operation)(this, thread);
                    if (_upgrade is not null) return Progress.Upgrade;
                    break;
                case LuaStatus.Ok:
                    if (Ended(thread, values - LuaMonitor.Bottom)) return Progress.Done;
                    break;
                case LuaStatus.MemoryError when thread.Resumer is null:
                    return Fail(MemoryExceeded());
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
            Fail(MemoryExceeded());
            return true;
        }
        SetTimeSlice(thread.Stack);
        return false;
    }

    private void SetTimeSlice(LuaStack thread)
    {
        if (_monitor is null) LuaCallbacks.SetTimeSlice(thread, InstructionsPerLook);
        else LuaMonitor.Prepare(thread);
    }

    // Asked at each look of the standing hook.
    private bool IsSliceOver()
    {
        if (_firstLook == 0) _firstLook = System.Diagnostics.Stopwatch.GetTimestamp();
        return Process.IsEnding || System.Diagnostics.Stopwatch.GetElapsedTime(_firstLook) >= Process.Host.TimeSlice;
    }

    private Error Stalled() => new(
        ErrorKind.LimitExceeded,
        $"{_program.Id} ran for more than {Process.Host.StallLimit.TotalSeconds} s where it cannot be suspended: in a metamethod that a library function called");

    private Error MemoryExceeded() =>
        new(ErrorKind.LimitExceeded, $"{_program.Id} needs more than the {Process.Host.MemoryLimit >> 20} MB of memory a process may use here");

    // True: it was main, or the last that main left behind.
    private bool Ended(LuaThread thread, int values)
    {
        if (ReferenceEquals(thread, _main))
        {
            if (!_started) return true;
            _hasEnded = true;
            Result = LuaExit.FromReturn(thread.Stack, values);
            if (Answer is null) return true;
            Result = Answer(this, thread.Stack, Result);
            _livesOn = Result.Error is null && _spawned is { Count: > 0 };
            if (_livesOn) Process.TellResult(Result);
            return !_livesOn;
        }
        if (thread.Resumer is not null) SwitchBack(thread, values);
        else Forget(thread);
        return _livesOn && _spawned!.Count == 0;
    }

    // True: nobody is there to catch it, so the process ends.
    private bool Failed(LuaThread thread)
    {
        if (thread.Resumer is not { } resumer)
        {
            Fail(LuaErrors.FromRaised(thread.Stack, -1));
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
        _spawned!.Remove(thread.Stack.Handle);
        Release(thread.Stack.Handle);
    }

    // False: a linked process failed and this one does not trap that.
    private bool TakeMail()
    {
        var item = Process.TakeMail();
        while (item is not null)
        {
            var next = item.Next;
            item.Next = null;
            item.Arrival = ++_arrived;
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
                    State.Charge(-OperationBytes);
                    completed(completion);
                    break;
            }
            item = next;
        }
        return true;
    }

    private Progress Fail(Error error)
    {
        _isClean = false;
        Result = ExitResult.Failed(error);
        return Progress.Done;
    }
}
