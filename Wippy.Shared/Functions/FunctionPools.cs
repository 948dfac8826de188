using System.Collections.Concurrent;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Functions;

/// <summary>
/// The functions of one node: finds the pool of a call, makes it with the first call from a host, and replaces it when the
/// registry has other code for the function. Any thread.
/// </summary>
internal sealed class FunctionPools : IFunctions
{
    /// <summary>Calls inside one another.</summary>
    public const int MaxDepth = 200;

    /// <summary>How long an instance that may go stays without a call.</summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(30);

    private static readonly Error NotFound = new(ErrorKind.NotFound, "no handler registered for target");

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);

    private readonly Node _node;
    private readonly IFunctionSource _source;
    private readonly ITimer _sweep;
    private readonly Lock _change = new();
    private readonly ConcurrentDictionary<(EntryId Function, ProcessHost Host), Versioned> _pools = new();
    private int _sweeping;   // 1 while the timer is armed
    private long _lastNumber;

    /// <param name="node">Whose functions.</param>
    /// <param name="source">Where the code comes from.</param>
    public FunctionPools(Node node, IFunctionSource source)
    {
        _node = node;
        _source = source;
        _sweep = node.Clock.CreateTimer(static self => ((FunctionPools)self!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public IFunctionCall Call(FunctionRequest request)
    {
        var snapshot = _node.Registry.Current;
        if (snapshot.TryGetFunction(request.Function, out var spec))
        {
            return spec.Retry is { } retry ? RetriedCall.Start(this, request, retry, _node.Clock) : Start(request);
        }
        if (snapshot.TryGetProcess(request.Function, out var process) && process.DefaultHost is { } host)
        {
            return ProcessCall.Start(_node, host, request);
        }
        return Refuse(request, NotFound);
    }

    /// <summary>Starts one attempt of a call of a function.</summary>
    public IFunctionCall Start(FunctionRequest request)
    {
        if (IsTooDeep(request.Caller)) return Refuse(request, new Error(ErrorKind.LimitExceeded, $"function calls nested deeper than {MaxDepth}"));
        // Functions called by a function run where that one runs.
        var host = request.Host!.Caller ?? request.Host;
        return Find(request.Function, host, out var error) is { } pool ? pool.Start(request) : Refuse(request, error!);
    }

    /// <summary>By pools: an instance has nothing to do, and may go when that lasts.</summary>
    public void Idled()
    {
        if (Volatile.Read(ref _sweeping) == 0 && Interlocked.Exchange(ref _sweeping, 1) == 0) _sweep.Change(SweepInterval, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void HostRemoved(ProcessHost host)
    {
        foreach (var key in _pools.Keys.Where(key => key.Host == host))
        {
            if (_pools.TryRemove(key, out var pool)) pool.Pool.Retire();
        }
    }

    /// <summary>Drops all instances. After the last call.</summary>
    public void Dispose()
    {
        _sweep.Dispose();
        foreach (var pool in _pools.Values) pool.Pool.Retire();
    }

    private FunctionPool? Find(EntryId function, ProcessHost host, out Error? error)
    {
        error = null;
        var snapshot = _node.Registry.Current;
        if (_pools.TryGetValue((function, host), out var known) && ReferenceEquals(known.Version, snapshot)) return known.Pool;

        FunctionPool pool;
        lock (_change)
        {
            if (_source.FindFunction(function, out error) is not { } program) return null;
            if (_pools.TryGetValue((function, host), out known))
            {
                if (ReferenceEquals(known.Program, program))
                {
                    _pools[(function, host)] = known with { Version = snapshot };
                    return known.Pool;
                }
                known.Pool.Retire();
            }
            if (!snapshot.TryGetFunction(function, out var spec))
            {
                error = NotFound;
                return null;
            }
            pool = new FunctionPool(this, spec, program, host.ForFunctions($"{function}#lua.{++_lastNumber}"));
            _pools[(function, host)] = new Versioned(pool, program, snapshot);
        }
        pool.WarmUp();
        return pool;
    }

    private bool IsTooDeep(Process? caller)
    {
        for (var depth = 1; caller?.Host.Caller is not null; depth++)
        {
            if (depth == MaxDepth) return true;
            if (!_node.Processes.TryGet(caller.Parent, out caller)) return false;
        }
        return false;
    }

    private void Sweep()
    {
        Interlocked.Exchange(ref _sweeping, 0);
        var before = _node.Clock.GetTimestamp() - (long)(IdleLimit.TotalSeconds * _node.Clock.TimestampFrequency);
        var more = false;
        foreach (var pool in _pools.Values) more |= pool.Pool.Sweep(before);
        if (more) Idled();
    }

    private static NoCall Refuse(FunctionRequest request, Error error)
    {
        request.Arguments.Return();
        request.Ended(ExitResult.Failed(error));
        return NoCall.Instance;
    }

    // A program is the same object as long as neither its entry nor a library of it has changed.
    private sealed record Versioned(FunctionPool Pool, IReusableProgram Program, Snapshot Version);
}

/// <summary>A call that was refused: there is nothing to cancel.</summary>
internal sealed class NoCall : IFunctionCall
{
    public static NoCall Instance { get; } = new();

    /// <inheritdoc/>
    public void Cancel()
    {
    }
}
