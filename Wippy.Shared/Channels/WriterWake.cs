using System.Threading.Tasks.Sources;

namespace Wippy.Shared.Channels;

/// <summary>
/// What the writer of a connection sleeps on. Whoever wakes it decides where it goes on: on a thread of the pool, or at once on his
/// own. For each <see cref="Reset"/> there is one wait and one wake, in any order.
/// </summary>
internal sealed class WriterWake : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;

    /// <summary>Whether the writer was last woken by <see cref="RunWriter"/>. The writer's.</summary>
    public bool IsBorrowed => !_core.RunContinuationsAsynchronously;

    /// <summary>Before the writer sleeps, and before anybody can know that it does.</summary>
    public void Reset() => _core.Reset();

    /// <summary>Sleeps until it is woken.</summary>
    public ValueTask WaitAsync() => new(this, _core.Version);

    /// <summary>The writer goes on elsewhere. Any thread, also one that holds a lock.</summary>
    public void WakeWriter() => Wake(elsewhere: true);

    /// <summary>The writer goes on here, until it has to wait. Any thread that holds no lock of the writer's.</summary>
    public void RunWriter() => Wake(elsewhere: false);

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Wake(bool elsewhere)
    {
        _core.RunContinuationsAsynchronously = elsewhere;
        _core.SetResult(true);
    }
}
