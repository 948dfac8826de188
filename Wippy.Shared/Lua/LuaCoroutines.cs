using System.Runtime.CompilerServices;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Lua;

/// <summary>
/// Runs the coroutines of one process, each in its turn, and those that they resume. Each is resumed directly, and a call that may wait
/// yields its arguments in a function that stands for an operation (DESIGN §5, rule 6), which is then done outside Lua, where C# may throw and Lua's
/// longjmp cannot reach. Worker of the process only.
/// </summary>
internal sealed class LuaCoroutines
{
    // Operations in one step before other processes get their turn.
    private const int OperationsPerStep = 512;

    private readonly LuaBehavior _behavior;
    private LuaTimeSlice _slice;
    private LuaThreadQueue _ready;
    private LuaThread? _current;
    private LuaThread? _next;   // has its turn after this one, in the same step
    private Dictionary<nint, LuaThread>? _resumed;
    private HashSet<nint>? _spawned;

    public LuaCoroutines(LuaBehavior behavior, bool usesMonitor)
    {
        _behavior = behavior;
        _slice = new LuaTimeSlice(usesMonitor);
        Main = new LuaThread(behavior, behavior.State.Main);
        _slice.Prepare(Main.Stack);
    }

    /// <summary>The one that runs the method, and before it the libraries.</summary>
    public LuaThread Main { get; }

    /// <summary>Those started with <see cref="Spawn"/> that have not ended.</summary>
    public int Spawned => _spawned?.Count ?? 0;

    private Process Process => _behavior.Process;

    private LuaState State => _behavior.State;

    /// <summary>Main runs next, with the function and so many arguments on its stack.</summary>
    public void Start(int arguments)
    {
        Main.Results = arguments;
        _ready.Enqueue(Main);
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
        _ready.Enqueue(new LuaThread(_behavior, thread) { Results = arguments });
    }

    /// <summary>Whether a coroutine is being resumed by another now.</summary>
    public bool IsResumed(LuaStack thread) => _resumed is not null && _resumed.ContainsKey(thread.Handle);

    /// <summary>Whether it was started with <see cref="Spawn"/> and has not ended: the process runs it, nobody resumes it.</summary>
    public bool IsSpawned(LuaStack thread) => _spawned is not null && _spawned.Contains(thread.Handle);

    /// <summary>Whether it is <see cref="Main"/>.</summary>
    public bool IsMain(LuaStack thread) => Main.Stack.Handle == thread.Handle;

    /// <summary>Whether it is the one that runs now.</summary>
    public bool IsRunning(LuaStack thread) => _current?.Stack.Handle == thread.Handle;

    /// <summary>Goes on with a coroutine on behalf of another, which waits for its next yield.</summary>
    public void SwitchTo(LuaStack stack, LuaThread resumer, int arguments)
    {
        var thread = new LuaThread(_behavior, stack) { Resumer = resumer, Results = arguments };
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

    /// <summary>Whether the program, which cannot yield where it is, has held its worker for too long.</summary>
    public bool StallsTooLong() => _slice.LookWhereItCannotYield(Process.Host.StallLimit);

    /// <summary>What those that are ready were given and have not seen.</summary>
    public List<MailboxItem> TakeDelivered()
    {
        var delivered = new List<MailboxItem>();
        while (_ready.TryDequeue(out var thread))
        {
            if (thread.Delivered is Message or Signal) delivered.Add(thread.Delivered);
        }
        return delivered;
    }

    /// <summary>What still waits is dead to those of the next process who hold it. Generators that wait in a yield live on.</summary>
    public void EndAll()
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
            _behavior.Release(handle);
        }
        _spawned?.Clear();
        Main.Stack.SetTop(LuaMonitor.Bottom);
        Main.Waiters = null;
        _slice.Prepare(Main.Stack);
    }

    /// <summary>Runs those that are ready in their turn, until all wait.</summary>
    /// <param name="turn">Of the worker, in which that happens.</param>
    /// <returns>
    /// Idle: all wait. Done: main has ended or one has failed, the behaviour's result says how. Continue: its time is up. Upgrade: another
    /// program takes over.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Progress RunReady(LuaTurn turn)
    {
        _slice.Begin();
        for (var turns = 0; _ready.TryDequeue(out var thread); turns++)
        {
            var progress = Run(thread, turn);
            if (progress is not Progress.Idle) return progress;
            if (turn.IsOver) return Preempted();
            if (turns >= OperationsPerStep) return Progress.Continue;
        }
        return Progress.Idle;
    }

    // Runs one coroutine, and those it resumes, until it waits.
    private Progress Run(LuaThread thread, LuaTurn turn)
    {
        var operations = 0;
        while (true)
        {
            _current = thread;
            _next = null;
            if (thread.Delivered is not null) _behavior.Channels.Receive(thread);
            var status = _slice.Resume(turn, State, thread, out var values);
            if (_behavior.IsFaulted) return _behavior.FailInternally();
            if (State.IsOverLimit && IsOutOfMemory()) return _behavior.Fail(_behavior.MemoryExceeded());
            if (_slice.HasStalled) return _behavior.Fail(_behavior.Stalled());
            _slice.Yielded();
            switch (status)
            {
                case LuaStatus.Yield when thread.IsInterrupted:
                    thread.Results = 0;
                    _slice.PrepareAgain(thread.Stack);   // it may be a callback that asked for it, which set the hook to the next instruction
                    if (!_slice.IsOver(turn, Process)) continue;
                    _ready.Enqueue(thread);
                    _current = null;
                    if (!Process.GivesWay) return Preempted();
                    Process.GaveWay();
                    return Progress.Continue;
                case LuaStatus.Yield:
                    thread.Suspended(values);
                    LuaOperations.Of(thread.Operation)(_behavior, thread);
                    if (_behavior.IsUpgrading) return Progress.Upgrade;
                    break;
                case LuaStatus.Ok:
                    if (Ended(thread, values - LuaMonitor.Bottom)) return Progress.Done;
                    break;
                case LuaStatus.MemoryError when thread.Resumer is null:
                    return _behavior.Fail(_behavior.MemoryExceeded());
                default:
                    if (Process.IsEnding) return Progress.Continue;   // perhaps stopped by force; the process knows its reason
                    if (thread.Resumer is null) return _behavior.Fail(LuaErrors.FromRaised(thread.Stack, -1));   // nobody is there to catch it
                    Failed(thread, thread.Resumer);
                    break;
            }
            if (_next is null)
            {
                _current = null;
                return Progress.Idle;
            }
            thread = _next;
            // One operation may take long, too.
            if (++operations < OperationsPerStep && !turn.IsOver && !Process.IsEnding) continue;
            _ready.Enqueue(thread);
            _current = null;
            return turn.IsOver ? Preempted() : Progress.Continue;
        }
    }

    private Progress Preempted()
    {
        Process.Host.Preempted();
        return Progress.Continue;
    }

    // More is in use than allowed. True: not just garbage.
    private bool IsOutOfMemory()
    {
        State.Collect();
        return State.IsOverLimit;
    }

    // True: it was main, or the last that main left behind.
    private bool Ended(LuaThread thread, int values)
    {
        if (ReferenceEquals(thread, Main)) return _behavior.MainEnded(values);
        if (thread.Resumer is not null) SwitchBack(thread, values);
        else Forget(thread);
        return _behavior.LivesOn && Spawned == 0;
    }

    private void Failed(LuaThread thread, LuaThread resumer)
    {
        var first = resumer.BeginReturn();
        resumer.Stack.Push(false);
        thread.Stack.PushValue(-1);
        thread.Stack.MoveTo(resumer.Stack, 1);
        SwitchBack(thread, resumer, first);
    }

    private void SwitchBack(LuaThread thread, LuaThread resumer, int first)
    {
        _resumed!.Remove(thread.Stack.Handle);
        resumer.SetResults(first);
        _next = resumer;
    }

    private void Forget(LuaThread thread)
    {
        // Empty, so that it reads as dead to those who still hold it.
        thread.Stack.SetTop(0);
        _spawned!.Remove(thread.Stack.Handle);
        _behavior.Release(thread.Stack.Handle);
    }
}
