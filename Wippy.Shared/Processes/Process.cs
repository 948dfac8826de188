using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Scheduling;
using Wippy.Shared.Security;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Processes;

/// <summary>
/// The state machine around one behaviour.
/// <code>
///            (1)            (2)
///   Ready ---------> Running ---------> Complete
///     ^                 |
///     |  (3) continue   |
///     +-----------------+
///     |  (4) nothing to do: Blocked or Idle, unless the wake bit is set
///     +---- (5) an item, a kill ---- Blocked, Idle
/// </code>
/// While it hibernates (<see cref="TryHibernate"/>) it is Blocked or Idle, and Running for the moment in which it begins to.
/// An upgrade (<see cref="Upgrade"/>) replaces the behaviour on the way (3).
/// Only compare-and-set moves the state, and the move Ready -> Running (1) alone decides which worker runs a
/// process; a stale queue entry is therefore harmless. Who posts something finds the process parked and makes it
/// Ready (5), or Running and sets the wake bit, which makes (4) fail; so no wake-up is lost.
/// </summary>
internal sealed class Process : IRunnable
{
    private const int WakeBit = 0x100;

    // Each time that it gives way costs about as much as a message.
    private const byte CrowdedSendsPerTurn = 8;

    // Steps in a row before others get their turn although more arrived meanwhile.
    private const int MaxPasses = 8;

    private SpawnRequest? _request;                 // until started: it refers to the parent, which may long be gone
    private int _state = (int)ProcessState.Ready;   // any thread, CAS
    private Error? _ending;                         // any thread, CAS from null; read between steps
    private readonly long _startedAt;                 // ticks, UTC
    private Relations? _relations;                  // any thread, CAS from null
    private IBehavior? _behavior;                   // the running worker writes; others read its figures
    private bool _initialised;                      // the running worker: the behaviour is
    private bool _started;                          // the running worker: somebody was told of this process
    private MailboxItem? _handedOver;               // the running worker: mail of the behaviour before this one
    private long _lastOperation;                    // the running worker
    private TaskCompletionSource<ExitResult>? _ended;
    private ExitResult? _result;
    private MessageLog? _messages;                                        // any thread, CAS
    private byte[]? _pidUtf8;                                             // any thread; made twice, one is lost
    private AllowedSends? _allowedSends;                                  // any thread; made twice, one is lost
    private IReadOnlyDictionary<string, object?>? _requestAttributes;     // likewise
    private bool _isUpgradable;
    private byte _crowdedSends;                     // the running worker: since it last gave way; up to CrowdedSendsPerTurn
    private int _restingSince;                      // the thread of Hibernation
    private long _restingSteps;                     // likewise
    private ImmutableSortedSet<EntryId>? _outdated;   // any thread, CAS
    private Action<ExitResult>? _tellEnd;           // its worker
#if DEBUG
    private int _isStepped;                         // any thread
#endif

    public Process(Pid pid, ProcessHost host, IProgram program, SpawnRequest request)
    {
        Pid = pid;
        Host = host;
        Entry = program.Id;
        Mailbox = new Mailbox(host.MailboxLimits);
        Security = request.Security;
        Context = request.Context;
        Parent = request.Parent;
        Origin = request.Origin;
        Service = request.Service;
        _startedAt = host.Node.Clock.GetUtcNow().UtcTicks;
        _request = request;
        _tellEnd = request.Ended;
        Trace = ProcessTrace.Spawned(this, request.Trace);
        _behavior = program.CreateBehavior(this, request.Arguments);
    }

    /// <summary>Its address.</summary>
    public Pid Pid { get; }

    /// <summary>Its address as text in UTF-8. Any thread.</summary>
    public byte[] PidUtf8
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _pidUtf8 ?? MakePidUtf8();
    }

    private byte[] MakePidUtf8() => _pidUtf8 = System.Text.Encoding.UTF8.GetBytes(Pid.ToString());

    /// <summary>Whom it last sent a message to, if that process is of this node; may have ended since.</summary>
    public Process? LastTarget { get; set; }

    /// <summary>What its last message was about.</summary>
    public Topic? LastTopic { get; set; }

    /// <summary>Whom it last sent a message to on another node.</summary>
    public FarTarget? LastFarTarget { get; set; }

    /// <summary>Where it runs.</summary>
    public ProcessHost Host { get; }

    /// <summary>The node it lives on.</summary>
    public Node Node => Host.Node;

    /// <summary>The registry entry it runs.</summary>
    public EntryId Entry { get; private set; }

    /// <summary>What waits for it.</summary>
    public Mailbox Mailbox { get; }

    /// <summary>Monitors and links. Any thread.</summary>
    public Relations Relations => Volatile.Read(ref _relations) ?? Interlocked.CompareExchange(ref _relations, new Relations(), null) ?? _relations;

    /// <summary>Everybody related to it, for those who ask all processes, most of which have no relations. Any thread; a snapshot.</summary>
    public RelatedProcesses Related => Volatile.Read(ref _relations)?.Snapshot() ?? RelatedProcesses.None;

    /// <summary>Actor and scope under which it acts.</summary>
    public SecurityContext Security { get; }

    /// <summary>Values that its children inherit, as they do actor and scope.</summary>
    public ContextValues Context { get; }

    /// <summary>Who spawned it.</summary>
    public Pid Parent { get; }

    /// <summary>The trace it acts in; null for most. Its worker only.</summary>
    public ProcessTrace? Trace { get; private set; }

    /// <summary>Its last messages, while somebody looks at them; null for most. Any thread.</summary>
    public MessageLog? Messages => Volatile.Read(ref _messages);

    /// <summary>Somebody looks at its messages: from now on they are kept. Any thread.</summary>
    public IReadOnlyList<SeenMessage> LookAtMessages()
    {
        var made = new MessageLog(Node.Clock);
        return (Interlocked.CompareExchange(ref _messages, made, null) ?? made).Look();
    }

    /// <summary>Notes a message in <see cref="Messages"/>, if somebody looks. Any thread.</summary>
    public void Note(bool isSent, in Pid other, Topic topic, ReadOnlySpan<byte> payload, TraceContext? trace)
    {
        if (Messages is { } log && !log.TryAdd(isSent, other, topic, payload, trace)) Interlocked.CompareExchange(ref _messages, null, log);
    }

    /// <summary>Whether LINK_DOWN arrives as an event instead of ending it. Set by its own program only.</summary>
    public bool TrapLinks { get; set; }

    /// <summary>Whether it ever held a name; spares the name table at the end of all who never did. Any thread.</summary>
    public bool HasNames { get; set; }

    /// <summary>Where it stands. Any thread; a snapshot.</summary>
    public ProcessState State => (ProcessState)(Volatile.Read(ref _state) & ~WakeBit);

    /// <summary>Whether it is told when the registry changes its code. Set by its own program only; read by any thread.</summary>
    public bool IsUpgradable
    {
        get => Volatile.Read(ref _isUpgradable);
        set => Volatile.Write(ref _isUpgradable, value);
    }

    /// <summary>Adds to what has changed of its code since it last asked. Any thread.</summary>
    /// <returns>Whether nothing had, so that it has to be told.</returns>
    public bool AddOutdated(ImmutableSortedSet<EntryId> sources)
    {
        while (true)
        {
            var known = Volatile.Read(ref _outdated);
            if (Interlocked.CompareExchange(ref _outdated, known?.Union(sources) ?? sources, known) == known) return known is null;
        }
    }

    /// <summary>Takes what has changed of its code. Its behaviour only, when it delivers <see cref="SignalKind.Outdated"/>.</summary>
    public IReadOnlyCollection<EntryId> TakeOutdated() => Interlocked.Exchange(ref _outdated, null) ?? [];

    /// <summary>The service that it is; null for any other process.</summary>
    public ServiceMark? Service { get; }

    /// <summary>Whether its program was initialised once. Any thread.</summary>
    public bool HasStarted => Volatile.Read(ref _started);

    /// <summary>What a part of the runtime started it for; null for nothing.</summary>
    public object? Origin { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset StartedAt => new(_startedAt, TimeSpan.Zero);

    /// <summary>Memory of its program when it last rested, in bytes. Any thread.</summary>
    public long MemoryBytes => Volatile.Read(ref _behavior)?.MemoryBytes ?? 0;

    /// <summary>How often it was stepped.</summary>
    public long Steps { get; private set; }

    /// <summary>Sends that its policies have allowed. Any thread.</summary>
    public AllowedSends AllowedSends => _allowedSends ??= new AllowedSends();

    /// <summary>
    /// The guard of every operation of this process: may it do this to that? A refusal is counted and logged. Any thread.
    /// </summary>
    /// <param name="action">For example <c>registry.get</c>.</param>
    /// <param name="resource">What it is done to; may be empty.</param>
    /// <param name="attributes">More about the request; null for none.</param>
    public bool Permits(string action, string resource, IReadOnlyDictionary<string, object?>? attributes = null)
    {
        Debug.Assert(Actions.IsKnown(action), $"{action} is missing in Actions");
        if (Guard.Permits(action, resource, attributes, out var decidedBy)) return true;
        Node.Denials.Add(new Denial(Entry.ToString(), Pid.ToString(), Security.Actor?.Id, action, resource, decidedBy));
        return false;
    }

    /// <summary>As <see cref="Permits"/>, for questions that are no attempt: whether it could, what a list may show.</summary>
    public bool Can(string action, string resource, IReadOnlyDictionary<string, object?>? attributes = null) =>
        Guard.Permits(action, resource, attributes, out _);

    /// <summary>What requests about other processes tell the policies: <c>pid</c>, its own (reference: security §7).</summary>
    public IReadOnlyDictionary<string, object?> RequestAttributes => _requestAttributes ??= new Dictionary<string, object?> { ["pid"] = Pid.ToString() };

    /// <summary>Whether it has no rules, and nor has its host: only the policies between zones, and the built-in scope of the user zone, decide what it does.</summary>
    public bool ActsFreely => Security.IsIncomplete && !Node.StrictSecurity && Host.Spec.Rules is null;

    private Guard Guard => new(Security, Host.Zone, Host.Name, Host.Scope, Node.StrictSecurity);

    /// <summary>Its program takes a message: it no longer counts as waiting, and is what the process acts on from now on. Its worker only.</summary>
    public void Taken(Message message)
    {
        Mailbox.Consumed(message);
        if (Messages is not null) Note(isSent: false, message.Source, message.Topic, message.Payload, message.Trace);
        if (message.Trace is not null) (Trace ??= new ProcessTrace(this)).Received(message);
        else Trace?.Received(message);
    }

    /// <summary>Takes all mail that has arrived, oldest first, linked by <see cref="MailboxItem.Next"/>. Its behaviour only.</summary>
    /// <returns>Null when there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MailboxItem? TakeMail()
    {
        if (_handedOver is not { } first) return Mailbox.TakeAll();
        _handedOver = null;
        var last = first;
        while (last.Next is not null) last = last.Next;
        last.Next = Mailbox.TakeAll();
        return first;
    }

    /// <summary>It has sent to somebody who does not keep up. Its worker only.</summary>
    public void SentToCrowd()
    {
        if (!GivesWay) _crowdedSends++;
    }

    /// <summary>
    /// Whether its turn had better end, because it sends faster than is received: what waits unread in caches is cheap, and in memory it is not. Its worker only.
    /// </summary>
    public bool GivesWay => _crowdedSends == CrowdedSendsPerTurn;

    /// <summary>It has. Its worker only.</summary>
    public void GaveWay() => _crowdedSends = 0;

    /// <summary>A number for an operation that runs elsewhere, never given twice in the life of the process. Its behaviour only.</summary>
    public long NextOperation() => ++_lastOperation;

    /// <summary>Gives its result to who has called it, and goes on; how it ends is then nothing to the caller. Its behaviour only.</summary>
    public void TellResult(ExitResult result)
    {
        var tell = _tellEnd;
        _tellEnd = null;
        tell?.Invoke(result);
    }

    /// <summary>Posts a message. Any thread.</summary>
    /// <returns>Unless posted, the message stays with the caller.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PostResult Post(Message message)
    {
        var result = Mailbox.TryPost(message);
        if (result == PostResult.Posted) Wake();
        return result;
    }

    /// <summary>Posts news from the runtime. Any thread.</summary>
    /// <returns>False when it has ended.</returns>
    public bool Post(Signal signal) => PostInternal(signal);

    /// <summary>Posts the end of an operation this process started. Any thread.</summary>
    /// <returns>False when it has ended.</returns>
    public bool Post(Completion completion) => PostInternal(completion);

    /// <summary>
    /// Ends it without its cooperation: at once when it is parked, else at the end of its step. Any thread; the
    /// first reason counts.
    /// </summary>
    public void End(Error reason)
    {
        if (Interlocked.CompareExchange(ref _ending, reason, null) is null) Wake();
    }

    /// <summary>Whether <see cref="End"/> was called: a running behaviour gives up its step early. Any thread.</summary>
    public bool IsEnding => Volatile.Read(ref _ending) is not null;

    /// <summary>Completes with how it ended. Any thread.</summary>
    public Task<ExitResult> WhenEnded()
    {
        var source = Volatile.Read(ref _ended);
        if (source is null)
        {
            var fresh = new TaskCompletionSource<ExitResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            source = Interlocked.CompareExchange(ref _ended, fresh, null) ?? fresh;
        }
        // Finish writes the result first and looks for a source then; we did it the other way round, so one of the two sees the other.
        if (Volatile.Read(ref _result) is { } result) source.TrySetResult(result);
        return source.Task;
    }

    /// <summary>
    /// Makes it run when it is parked (5). Any thread; whoever posts an item or changes what the behaviour waits for
    /// calls this afterwards.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Wake()
    {
        if (TryMakeReady()) Host.Scheduler.Schedule(this);
    }

    /// <summary>
    /// As <see cref="Wake"/>, but runs it on this thread instead of one that would have to wake up first. For a process whose steps are
    /// short, by a caller whose own step is over.
    /// </summary>
    public void WakeHere()
    {
        if (TryMakeReady() && Run() == StepResult.Continue) Host.Scheduler.ScheduleLast(this);
    }

    // True: it was parked, and the caller has to see that it runs.
    private bool TryMakeReady()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            switch ((ProcessState)state)
            {
                case ProcessState.Blocked or ProcessState.Idle:
                    if (Interlocked.CompareExchange(ref _state, (int)ProcessState.Ready, state) != state) continue;
                    return true;
                case ProcessState.Running:
                    if (Interlocked.CompareExchange(ref _state, state | WakeBit, state) != state) continue;
                    return false;
                default:
                    return false;   // Ready: its next step sees the item. Wake bit set: likewise. Complete: too late.
            }
        }
    }

    /// <summary>Whether its program hibernates. Any thread; a snapshot.</summary>
    public bool IsHibernating => Volatile.Read(ref _behavior)?.IsHibernating ?? false;

    /// <summary>Lets its program hibernate, if it waits. Any thread: it is the one that runs the process meanwhile.</summary>
    /// <returns>Whether it hibernates now and did not before.</returns>
    public bool TryHibernate()
    {
        var parked = Volatile.Read(ref _state);
        if ((ProcessState)parked is not (ProcessState.Idle or ProcessState.Blocked)) return false;
        if (Interlocked.CompareExchange(ref _state, (int)ProcessState.Running, parked) != parked) return false;
        AssertAlone(isStepped: true);
        var hibernates = _behavior!.TryHibernate();
        AssertAlone(isStepped: false);
        if (Interlocked.CompareExchange(ref _state, parked, (int)ProcessState.Running) != (int)ProcessState.Running)
        {
            // The wake bit is set: something has arrived.
            Interlocked.Exchange(ref _state, (int)ProcessState.Ready);
            Host.Scheduler.Schedule(this);
        }
        return hibernates;
    }

    /// <summary>Notes at a moment whether it has rested since an earlier one.</summary>
    /// <param name="moment">Counts up.</param>
    /// <returns>Since which moment it has; the present one if it has run since it was asked last. By one thread.</returns>
    public int RestsSince(int moment)
    {
        if (_restingSteps != Steps || _restingSince == 0) (_restingSteps, _restingSince) = (Steps, moment);
        return _restingSince;
    }

    /// <inheritdoc/>
    public StepResult Run()
    {
        if (Interlocked.CompareExchange(ref _state, (int)ProcessState.Running, (int)ProcessState.Ready) != (int)ProcessState.Ready)
        {
            return StepResult.Parked;   // (1) somebody else runs it, or it is over
        }
        var firstLook = 0L;   // at the clock
        for (var pass = 1; ; pass++)
        {
            AssertAlone(isStepped: true);
            var progress = StepOnce();
            AssertAlone(isStepped: false);
            if (Volatile.Read(ref _ending) is { } reason && progress != Progress.Done)
            {
                Finish(ExitResult.Failed(reason));
                return StepResult.Done;
            }
            switch (progress)
            {
                case Progress.Done:
                    Finish(_started && !_initialised ? UpgradeFailed("init", _behavior!.Result.Error!) : _behavior!.Result);
                    return StepResult.Done;   // (2)
                case Progress.Upgrade when Replace() is { } failure:
                    Finish(failure);
                    return StepResult.Done;
                case Progress.Blocked or Progress.Idle:
                    var parked = progress == Progress.Blocked ? ProcessState.Blocked : ProcessState.Idle;
                    if (Interlocked.CompareExchange(ref _state, (int)parked, (int)ProcessState.Running) == (int)ProcessState.Running)
                    {
                        return StepResult.Parked;   // (4)
                    }
                    if (pass == MaxPasses || IsTimeUp(pass, ref firstLook)) break;
                    Volatile.Write(ref _state, (int)ProcessState.Running);   // clears the wake bit; the exchange in TakeAll comes after it
                    Interlocked.MemoryBarrier();
                    continue;
            }
            Interlocked.Exchange(ref _state, (int)ProcessState.Ready);   // (3)
            return StepResult.Continue;
        }
    }

    // Whether the steps after the first, which has its own slice, have lasted for one. Most turns have one step, and no look at the clock.
    private bool IsTimeUp(int pass, ref long firstLook)
    {
        var clock = Host.Node.Clock;
        if (pass == 1) firstLook = clock.GetTimestamp();
        return pass > 1 && clock.GetElapsedTime(firstLook) >= Host.TimeSlice;
    }

    // The state alone decides who runs it; this does not trust the state.
    [Conditional("DEBUG")]
    private void AssertAlone(bool isStepped)
    {
#if DEBUG
        if (Interlocked.Exchange(ref _isStepped, isStepped ? 1 : 0) == (isStepped ? 1 : 0)) throw new UnreachableException($"two threads run process {Pid} at once");
#endif
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Progress StepOnce()
    {
        if (IsEnding) return Progress.Continue;
        Steps++;
        if (_initialised) return _behavior!.Step();

        var progress = _behavior!.Initialise();
        switch (progress)
        {
            case Progress.Ready:
                _initialised = true;
                if (_started) return Progress.Continue;
                _started = true;
                Host.Started(this, _request!);
                _request = null;
                return Progress.Continue;   // to the back of the queue: the parent normally goes on first
            default:
                return progress;
        }
    }

    // Steps 1 to 3 of an upgrade; null when the new behaviour is there.
    private ExitResult? Replace()
    {
        var (entry, arguments, undelivered) = _behavior!.TakeUpgrade();
        _behavior.Close();
        _behavior = null;
        _handedOver = undelivered;
        ForgetOutdated();
        var program = Node.Programs.Find(entry, out var error);
        if (program is not null) error = Host.RefusesModulesOf(program);
        if (error is not null)
        {
            arguments.Return();
            return UpgradeFailed("create", error);
        }
        var before = Entry;
        Entry = program!.Id;
        Trace?.Upgraded(before);
        _allowedSends = null;   // policies between zones see the entry
        _initialised = false;
        _behavior = program.CreateBehavior(this, arguments);
        return null;
    }

    // What comes now is the current code; a change after this is told again.
    private void ForgetOutdated()
    {
        if (Volatile.Read(ref _outdated) is null) return;
        MailboxItem? first = null;
        MailboxItem? last = null;
        for (var item = TakeMail(); item is not null;)
        {
            var next = item.Next;
            item.Next = null;
            if (item is not Signal { Kind: SignalKind.Outdated })
            {
                if (last is null) first = item;
                else last.Next = item;
                last = item;
            }
            item = next;
        }
        _handedOver = first;
        // Only now: until then no second notice can be on its way.
        TakeOutdated();
    }

    private static ExitResult UpgradeFailed(string stage, Error error) =>
        ExitResult.Failed(error with { Message = $"upgrade: {stage} failed: {error.Message}" });

    /// <summary>Ends it before it was ever scheduled. By the host that made it, which answers the request.</summary>
    internal void Discard(Error reason)
    {
        _request = null;
        Volatile.Write(ref _state, (int)ProcessState.Running);
        Finish(ExitResult.Failed(reason));
    }

    // (2) Everything others can see of a death, in the order they may rely on.
    private void Finish(ExitResult result)
    {
        Trace?.End(result.Error);
        var unread = Mailbox.Close();
        Node.Processes.Remove(this);
        if (HasNames) Node.Names.ReleaseAll(Pid);
        if (!_started) _request?.Reply(Pid.None, result.Error);   // whoever reads it finds the name it claimed free again
        var related = Relations.Close();
        var supervisor = _started ? Node.Router.AnnounceEnd(this, related, result) : null;
        Volatile.Write(ref _result, result);
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _ended)?.TrySetResult(result);

        Drop(unread);
        Drop(_handedOver);
        _handedOver = null;
        _behavior?.Close();
        _behavior = null;
        Volatile.Write(ref _state, (int)ProcessState.Complete);
        Host.Ended(this, result);
        if (_started) TellResult(result);
        supervisor?.WakeHere();   // what it starts instead begins without a change of threads
    }

    private static void Drop(MailboxItem? mail)
    {
        while (mail is not null)
        {
            var next = mail.Next;
            (mail as Message)?.Release();
            mail = next;
        }
    }

    private bool PostInternal(MailboxItem item)
    {
        if (!Mailbox.TryPostInternal(item)) return false;
        Wake();
        return true;
    }
}
