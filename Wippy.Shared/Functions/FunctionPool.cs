using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Functions;

/// <summary>
/// The instances of one function for the callers of one host. A call takes an idle instance, or a new one while there
/// may be more, or waits for its turn. Guarded by its lock, held for moments only: processes are started after it is released.
/// Any thread.
/// </summary>
/// <param name="owner">Told when instances become idle.</param>
/// <param name="spec">How many instances there may be.</param>
/// <param name="program">What they run.</param>
/// <param name="host">The host of the calls' processes.</param>
internal sealed class FunctionPool(FunctionPools owner, FunctionSpec spec, IReusableProgram program, ProcessHost host)
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly List<FunctionInstance> _idle = [];           // longest idle first
    private readonly LinkedList<FunctionCall> _waiting = [];      // longest waiting first
    private int _count;                                           // instances, idle or not; inline ones are not counted
    private bool _retired;

    /// <summary>Makes the instances that are to be there before the first call.</summary>
    public void WarmUp()
    {
        if (!spec.Pool.WarmStart) return;
        for (var i = 0; i < spec.Pool.MinSize; i++)
        {
            lock (_lock) _count++;
            Run(new FunctionCall(this, new FunctionRequest { Function = spec.Id, Host = host, Ended = static _ => { } }), null, isWarmUp: true);
        }
    }

    /// <summary>Starts a call, lets it wait, or refuses it because too many wait already.</summary>
    public FunctionCall Start(FunctionRequest request)
    {
        var call = new FunctionCall(this, request);
        FunctionInstance? instance = null;
        var isTooMuch = false;
        if (spec.Pool.Kind != PoolKind.Inline)
        {
            lock (_lock)
            {
                if (_idle.Count > 0)
                {
                    instance = _idle[^1];
                    _idle.RemoveAt(_idle.Count - 1);
                }
                else if (_count < spec.Pool.MaxSize || IsReentrant(request.Caller))
                {
                    _count++;
                }
                else if (_waiting.Count < spec.Pool.Buffer)
                {
                    _waiting.AddLast(call);
                    return call;
                }
                else
                {
                    isTooMuch = true;
                }
            }
        }
        if (isTooMuch) call.Refuse(new Error(ErrorKind.Unavailable, $"too many calls of {spec.Id} wait for one of its {spec.Pool.MaxSize} instances (pool.buffer is {spec.Pool.Buffer})", Retryable: true));
        else Run(call, instance);
        return call;
    }

    /// <summary>Gives a call up: it does not begin any more, or its process is ended.</summary>
    public void Cancel(FunctionCall call)
    {
        bool waited;
        Process? process;
        lock (_lock)
        {
            call.IsCanceled = true;
            waited = _waiting.Remove(call);
            process = call.Process;
        }
        if (waited) call.Refuse(FunctionCall.Canceled);
        else process?.End(FunctionCall.Canceled);
    }

    /// <summary>Takes an instance back whose call has ended; the call that waits longest gets it.</summary>
    public void Return(FunctionInstance instance)
    {
        FunctionCall? next = null;
        lock (_lock)
        {
            if (spec.Pool.Kind != PoolKind.Inline && !_retired && _count <= spec.Pool.MaxSize)
            {
                if (TakeWaiting() is not { } waiting)
                {
                    instance.IdleSince = host.Node.Clock.GetTimestamp();
                    _idle.Add(instance);
                    if (_count > spec.Pool.MinSize) owner.Idled();
                    return;
                }
                next = waiting;
            }
        }
        if (next is null) Lose(instance);
        else Run(next, instance);
    }

    /// <summary>Drops an instance that is not used again; the call that waits longest gets a new one.</summary>
    public void Lose(FunctionInstance instance)
    {
        instance.Drop();
        FunctionCall? next;
        lock (_lock)
        {
            if (spec.Pool.Kind == PoolKind.Inline) return;
            next = _count <= spec.Pool.MaxSize ? TakeWaiting() : null;
            if (next is null) _count--;
        }
        if (next is not null) Run(next, null);
    }

    /// <summary>Drops the instances that have been idle for long.</summary>
    /// <param name="before">Timestamp: those idle since before it go.</param>
    /// <returns>Whether there are others to drop later.</returns>
    public bool Sweep(long before)
    {
        List<FunctionInstance> dropped = [];
        bool more;
        lock (_lock)
        {
            while (_idle.Count > 0 && _count > spec.Pool.MinSize && _idle[0].IdleSince <= before)
            {
                dropped.Add(_idle[0]);
                _idle.RemoveAt(0);
                _count--;
            }
            more = _idle.Count > 0 && _count > spec.Pool.MinSize;
        }
        foreach (var instance in dropped) instance.Drop();
        return more;
    }

    /// <summary>Its code has been replaced, or the node stops: calls that were started end as they would, and nothing is kept.</summary>
    public void Retire()
    {
        FunctionInstance[] dropped;
        lock (_lock)
        {
            _retired = true;
            dropped = [.. _idle];
            _count -= dropped.Length;
            _idle.Clear();
        }
        foreach (var instance in dropped) instance.Drop();
    }

    private void Run(FunctionCall call, FunctionInstance? instance, bool isWarmUp = false)
    {
        var request = call.Request;
        var process = host.SpawnCall(
            new Lease(this, program, instance, isWarmUp),
            new SpawnRequest
            {
                Entry = spec.Id,
                Host = spec.Id,
                Arguments = request.Arguments,
                Trace = request.Trace,
                Parent = request.Caller?.Pid ?? Pid.None,
                Security = request.Security,
                Context = request.Context,
                Origin = request.Origin,
                Reply = (pid, error) =>
                {
                    if (error is not null) request.Ended(ExitResult.Failed(error));
                    else request.Started?.Invoke(pid);
                },
                Ended = request.Ended,
            });
        if (process is null)
        {
            NotStarted(instance);
            return;
        }
        bool isCanceled;
        lock (_lock)
        {
            call.Process = process;
            isCanceled = call.IsCanceled;
        }
        if (isCanceled) process.End(FunctionCall.Canceled);
    }

    // The host took no further process. Without an instance in use nobody would wake those who wait.
    private void NotStarted(FunctionInstance? instance)
    {
        FunctionCall[] stranded = [];
        lock (_lock)
        {
            if (spec.Pool.Kind == PoolKind.Inline) return;
            if (instance is not null) _idle.Add(instance);
            else _count--;
            if (_count > _idle.Count) return;
            stranded = [.. _waiting];
            _waiting.Clear();
        }
        foreach (var call in stranded) call.Refuse(ProcessErrors.HostStopping);
    }

    private FunctionCall? TakeWaiting()
    {
        if (_waiting.First is not { } first) return null;
        _waiting.RemoveFirst();
        return first.Value;
    }

    // A call that comes out of a call of this very pool would wait for itself: it gets an instance in any case.
    private bool IsReentrant(Process? caller)
    {
        while (caller?.Host.Caller is not null)
        {
            if (caller.Host == host) return true;
            if (!host.Node.Processes.TryGet(caller.Parent, out caller)) return false;
        }
        return false;
    }

    // Gives the process of a call its behaviour.
    private sealed class Lease(FunctionPool pool, IReusableProgram program, FunctionInstance? instance, bool isWarmUp) : IProgram
    {
        public EntryId Id => program.Id;

        public (EntryId Entry, string Module)? FirstModuleNotIn(IReadOnlySet<string> granted) => program.FirstModuleNotIn(granted);

        public IBehavior CreateBehavior(Process process, Payload arguments) =>
            instance?.Reuse(process, arguments) ?? new FunctionInstance(pool, program.CreateReusable(process, arguments)) { IsWarmUp = isWarmUp };
    }
}
