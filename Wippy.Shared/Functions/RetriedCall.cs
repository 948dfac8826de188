using System.Security.Cryptography;
using Wippy.Shared.Errors;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Functions;

/// <summary>
/// A call that is made again while it fails with a retryable error (<c>meta.options.retry</c>). Between two attempts
/// nothing waits but a timer. Any thread.
/// </summary>
internal sealed class RetriedCall : IFunctionCall
{
    private readonly FunctionPools _pools;
    private readonly FunctionRequest _request;
    private readonly RetrySpec _retry;
    private readonly TimeProvider _clock;
    private readonly byte[] _arguments;
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private IFunctionCall? _attempt;   // the one that runs
    private ITimer? _timer;            // before the next one
    private bool _ended;
    private bool _isCanceled;
    private int _attempts;

    private RetriedCall(FunctionPools pools, FunctionRequest request, RetrySpec retry, TimeProvider clock)
    {
        _pools = pools;
        _request = request;
        _retry = retry;
        _clock = clock;
        _arguments = request.Arguments.Span.ToArray();
        request.Arguments.Return();
    }

    public static RetriedCall Start(FunctionPools pools, FunctionRequest request, RetrySpec retry, TimeProvider clock)
    {
        var call = new RetriedCall(pools, request, retry, clock);
        call.Attempt();
        return call;
    }

    /// <inheritdoc/>
    public void Cancel()
    {
        IFunctionCall? attempt;
        bool waited;
        lock (_lock)
        {
            attempt = _attempt;
            waited = _timer is not null && !_ended;
            if (waited) _ended = true;
            _timer?.Dispose();
            _timer = null;
            _isCanceled = true;
        }
        if (waited) _request.Ended(ExitResult.Failed(FunctionCall.Canceled));
        else attempt?.Cancel();
    }

    private void Attempt()
    {
        lock (_lock)
        {
            if (_ended) return;
            _timer?.Dispose();
            _timer = null;
            _attempts++;
        }
        var attempt = _pools.Start(new FunctionRequest
        {
            Function = _request.Function,
            Host = _request.Host,
            Caller = _request.Caller,
            Arguments = Payload.Copy(_arguments),
            Security = _request.Security,
            Context = _request.Context,
            Trace = _request.Trace,
            Origin = _request.Origin,
            Started = _request.Started,
            Ended = Ended,
        });
        bool isCanceled;
        lock (_lock)
        {
            _attempt = attempt;
            isCanceled = _isCanceled;
        }
        if (isCanceled) attempt.Cancel();
    }

    private void Ended(ExitResult result)
    {
        lock (_lock)
        {
            if (result.Error is { } error && IsWorthAnother(error))
            {
                var delay = _retry.Backoff.Delay(_attempts, RandomNumberGenerator.GetInt32(1001) / 1000.0);
                _timer = _clock.CreateTimer(static self => ((RetriedCall)self!).Attempt(), this, delay, Timeout.InfiniteTimeSpan);
                return;
            }
            _ended = true;
        }
        _request.Ended(result);
    }

    private bool IsWorthAnother(Error error)
    {
        var kind = error.Kind.ToText();
        return error.Retryable == true
            && !_isCanceled
            && _attempts < _retry.MaxAttempts
            && (_retry.RetryKinds.Count == 0 || _retry.RetryKinds.Contains(kind))
            && !_retry.SkipKinds.Contains(kind);
    }
}
