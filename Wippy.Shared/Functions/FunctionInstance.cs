using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Functions;

/// <summary>
/// One instance of a function: a behaviour that outlives the processes of its calls. Its chunk has run once, and what
/// that left behind is still there in the next call. Used by one call at a time.
/// </summary>
/// <param name="pool">Where it goes when a call has ended.</param>
/// <param name="behavior">What runs the calls.</param>
internal sealed class FunctionInstance(FunctionPool pool, IReusableBehavior behavior) : IBehavior
{
    private bool _initialised;

    /// <summary>Timestamp since when it has had nothing to do; under the lock of the pool.</summary>
    public long IdleSince { get; set; }

    /// <summary>Whether the call it serves only makes it ready for others.</summary>
    public bool IsWarmUp { get; init; }

    /// <inheritdoc/>
    public ExitResult Result => _isWarm ? ExitResult.Normal : behavior.Result;

    private bool _isWarm;   // the warm-up has come to its end

    /// <summary>Serves another call.</summary>
    public FunctionInstance Reuse(Process process, Payload arguments)
    {
        _isWarm = false;
        behavior.Reuse(process, arguments);
        return this;
    }

    /// <inheritdoc/>
    public Progress Initialise()
    {
        if (_initialised) return Progress.Ready;
        var progress = behavior.Initialise();
        _initialised = progress == Progress.Ready;
        _isWarm = _initialised && IsWarmUp;
        return progress;
    }

    /// <inheritdoc/>
    public Progress Step() => _isWarm ? Progress.Done : behavior.Step();

    /// <inheritdoc/>
    public Upgrade TakeUpgrade() => behavior.TakeUpgrade();

    /// <summary>Ends a call: goes back to the pool, or away for good when it cannot be used again.</summary>
    public void Close()
    {
        if (_initialised && behavior.TryReset()) pool.Return(this);
        else pool.Lose(this);
    }

    /// <summary>Frees it. By the pool, while no call uses it.</summary>
    public void Drop() => behavior.Close();
}
