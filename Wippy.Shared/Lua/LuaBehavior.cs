using System.Runtime.CompilerServices;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Lua;

/// <summary>
/// Runs one Lua program as a process: from its libraries to its result, and again when its state serves another process. Its coroutines are
/// run by <see cref="LuaCoroutines"/>, what it receives is sorted by <see cref="LuaMail"/>, and what it has begun outside of Lua is in
/// <see cref="LuaPending"/>.
/// </summary>
internal sealed class LuaBehavior : IReusableBehavior
{
    private readonly LuaProgram _program;
    private Payload _arguments;
    private long _arrived;   // items of mail taken so far
    private Upgrade? _upgrade;
    private bool _isClean = true;    // nothing has failed: the state can serve another process
    private bool _hasEnded = true;   // main is not in the middle of something
    private Exception? _fault;
    private LuaObjects? _objects;
    private LuaPending? _pending;
    private LuaRepeats? _repeats;
    private LuaPreparation _preparation;

    public LuaBehavior(Process process, LuaProgram program, Payload arguments)
    {
        Process = process;
        _program = program;
        _arguments = arguments;
        State = program.CreateState(process.Host.MemoryLimit);
        Coroutines = new LuaCoroutines(this, process.Host.Preemption == Preemption.Monitor);
        Channels = new LuaChannels(this);
        Mail = new LuaMail(this);
    }

    /// <summary>The process it runs.</summary>
    public Process Process { get; private set; }

    /// <inheritdoc/>
    public long MemoryBytes { get; private set; }

    /// <summary>Its Lua state.</summary>
    public LuaState State { get; }

    /// <summary>Its main function, and all that run beside it.</summary>
    public LuaCoroutines Coroutines { get; }

    public LuaChannels Channels { get; }

    public LuaMail Mail { get; private set; }

    /// <summary>What it has begun outside of Lua.</summary>
    public LuaPending Pending => _pending ??= new LuaPending(this);

    /// <summary>The .NET objects its program holds.</summary>
    public LuaObjects Objects => _objects ??= new LuaObjects();

    /// <summary>What its messages have in common.</summary>
    public LuaRepeats Repeats
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _repeats ?? MakeRepeats();
    }

    private LuaRepeats MakeRepeats() => _repeats = new LuaRepeats();

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
            var scratch = ThisThread.Scratch ??= new ByteBuffer(4096);
            scratch.Clear();
            return scratch;
        }
    }

    // In a class without other statics, which has nothing to initialise: so the way to it is short.
    private static class ThisThread
    {
        [ThreadStatic]
        public static ByteBuffer? Scratch;
    }

    /// <inheritdoc/>
    public bool IsHibernating => State.IsHibernating;

    /// <inheritdoc/>
    public bool TryHibernate()
    {
        using var scope = LuaCallbacks.Enter(this);   // garbage may have finalizers
        if (State.IsHibernating || State.TryHibernate() is not { } kept) return false;
        MemoryBytes = kept;
        return true;
    }

    /// <inheritdoc/>
    public Progress Initialise() => Run(isPreparation: true);

    /// <inheritdoc/>
    public Progress Step() => Run(isPreparation: false);

    /// <inheritdoc/>
    public void Close()
    {
        using var scope = LuaCallbacks.Enter(this);
        EndOperations();
        _upgrade?.Arguments.Return();
        State.Dispose();
    }

    /// <summary>Whether the program runs, and not only its preparation.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Ends this program: the process goes on with another one. Becomes the owner of the arguments.</summary>
    public void BeginUpgrade(EntryId entry, Payload arguments) => _upgrade = new Upgrade(entry, arguments, null);

    /// <inheritdoc/>
    public Upgrade TakeUpgrade()
    {
        var upgrade = _upgrade! with { Undelivered = Mail.TakeUndelivered(Coroutines.TakeDelivered()) };
        _upgrade = null;
        _isClean = false;
        return upgrade;
    }

    /// <inheritdoc/>
    public bool TryReset()
    {
        if (!_isClean || !_hasEnded || Process.IsEnding) return false;
        using var scope = LuaCallbacks.Enter(this);
        EndOperations();
        Coroutines.EndAll();
        Channels.EndAll();
        Mail = new LuaMail(this);
        Answer = null;
        return true;
    }

    /// <inheritdoc/>
    public void Reuse(Process process, Payload arguments)
    {
        Process = process;
        _arguments = arguments;
        IsStarted = LivesOn = false;
        Result = ExitResult.Normal;
    }

    /// <summary>
    /// Makes the result of a call of what its main function has returned; null = that is the result. A call with such an answer
    /// gives it when main returns, and ends when the coroutines that it has spawned have ended.
    /// </summary>
    public Func<LuaBehavior, LuaStack, ExitResult, ExitResult>? Answer { get; set; }

    /// <summary>Whether its code is to stop as soon as possible: it was ended from outside, or has a fault.</summary>
    public bool MustStop => Process.IsEnding || _fault is not null;

    /// <summary>Whether it has a fault.</summary>
    public bool IsFaulted => _fault is not null;

    /// <summary>Whether it ends for another program.</summary>
    public bool IsUpgrading => _upgrade is not null;

    /// <summary>Whether main has returned, and its answer is given, but not all that it has spawned has ended.</summary>
    public bool LivesOn { get; private set; }

    /// <summary>
    /// Asked now and then where the program cannot yield: whether to stop it there. Since its last yield it holds a worker, which others wait for.
    /// </summary>
    public bool MustStopWhereItIs() => MustStop || Coroutines.StallsTooLong();

    /// <summary>Fails the process: a callback or operation of ours threw, which is a bug.</summary>
    public void Fault(Exception exception) => _fault ??= exception;

    /// <summary>Ends it because of its fault.</summary>
    public Progress FailInternally() =>
        Fail(new Error(ErrorKind.Internal, $"internal error in {_program.Id}: {_fault!.Message}") { Stack = _fault.ToString() });

    /// <summary>Ends it with an error.</summary>
    public Progress Fail(Error error)
    {
        _isClean = false;
        Result = ExitResult.Failed(error);
        return Progress.Done;
    }

    /// <summary>Its main function, or a library, has returned so many values, which lie at the top of its stack.</summary>
    /// <returns>False when it goes on: an answer is given, but something it has spawned still runs.</returns>
    public bool MainEnded(int values)
    {
        if (!IsStarted) return true;
        _hasEnded = true;
        var stack = Coroutines.Main.Stack;
        Result = LuaExit.FromReturn(stack, values);
        if (Answer is null) return true;
        Result = Answer(this, stack, Result);
        LivesOn = Result.Error is null && Coroutines.Spawned > 0;
        if (LivesOn) Process.TellResult(Result);
        return !LivesOn;
    }

    /// <summary>That it holds a worker for too long.</summary>
    public Error Stalled() => new(
        ErrorKind.LimitExceeded,
        $"{_program.Id} ran for more than {Process.Host.StallLimit.TotalSeconds} s where it cannot be suspended: in a metamethod that a library function called");

    /// <summary>That it needs too much memory.</summary>
    public Error MemoryExceeded() =>
        new(ErrorKind.LimitExceeded, $"{_program.Id} needs more than the {Process.Host.MemoryLimit >> 20} MB of memory a process may use here");

    /// <summary>Lets the Lua collector have a value that was anchored. Works whatever the calling coroutine has become since.</summary>
    public void Release(nint anchor)
    {
        State.Main.PushNil();
        State.Main.Anchor(anchor);
    }

    // Nothing that the process has begun goes on after it.
    private void EndOperations()
    {
        _pending?.End();
        _arguments.Return();
        _arguments = Payload.Empty;
    }

    // Whatever our own code throws ends this process, not the worker.
    private Progress Run(bool isPreparation)
    {
        using var scope = LuaCallbacks.Enter(this);
        var turn = LuaMonitor.Turn;
        var outer = turn.Begin(Process.Host.InterruptAfter);
        try
        {
            if (State.IsHibernating) State.Wake();
            State.Prefetch(LuaValue.BytesOfUserdata(LuaMessages.ValueCount), LuaValue.BytesOfUserdata(LuaPayload.ValueCount));
            var progress = isPreparation ? Prepare(turn) : StepProgram(turn);
            return _fault is null ? progress : FailInternally();
        }
        catch (Exception exception)
        {
            Fault(exception);
            return FailInternally();
        }
        finally
        {
            turn.End(outer);
            MemoryBytes = State.MemoryBytes;
        }
    }

    // Libraries, then the chunk, run one after the other on the main thread; what they spawn runs beside them.
    private Progress Prepare(LuaTurn turn)
    {
        if (!TakeMail()) return Fail(ProcessErrors.LinkedProcessFailed);
        var main = Coroutines.Main;
        while (true)
        {
            if (!_preparation.IsRunning)
            {
                if (!_preparation.PushNext(main, Environments)) return LuaPreparation.TryTakeMethod(main, _program, out var error) ? Progress.Ready : Fail(error!);
                Coroutines.Start(0);
            }
            var progress = RunReady(turn);
            if (progress != Progress.Done) return progress;
            if (Result.Error is { } failure) return Fail(failure with { Kind = ErrorKind.Internal, Retryable = false, Message = $"failed to execute script: {failure.Message}" });
            _preparation.Finished(main);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Progress StepProgram(LuaTurn turn)
    {
        if (!IsStarted)
        {
            IsStarted = true;
            _hasEnded = false;
            var stack = State.Main;
            stack.SetTop(LuaMonitor.Bottom);
            stack.PushAnchored(LuaAnchors.Method);
            Coroutines.Start(LuaCodec.DecodeArguments(stack, _arguments.Span));
            _arguments.Return();
            _arguments = Payload.Empty;
        }
        return TakeMail() ? RunReady(turn) : Fail(ProcessErrors.LinkedProcessFailed);
    }

    // When all coroutines wait: says for what.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Progress RunReady(LuaTurn turn)
    {
        var progress = Coroutines.RunReady(turn);
        if (progress is not Progress.Idle) return progress;
        if (_pending is { HasOperations: true })
        {
            if (_pending.OnlyRests) Process.Trace?.Rest();
            return Progress.Blocked;
        }
        if (Mail.HasSubscriptions || Channels.Waiting > 0)
        {
            Process.Trace?.Idle();
            return Progress.Idle;
        }
        return Fail(new Error(ErrorKind.Internal, $"deadlock: all coroutines blocked with no pending operations (threads={Coroutines.Spawned + 1})", Retryable: null));
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
                case Completion completion:
                    _pending?.Complete(completion);
                    break;
            }
            item = next;
        }
        return true;
    }
}
