using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Queues;

/// <summary>
/// One queue in the memory of a node: first in, first out; a message that is given back comes again, ahead of the others at first, and
/// after ever longer pauses when it keeps failing. Calls are started after the lock is released. Any thread.
/// </summary>
/// <param name="node">Whose.</param>
/// <param name="id">Its entry.</param>
/// <param name="maxLength">Messages that may wait.</param>
internal sealed class MemoryQueue(Node node, EntryId id, int maxLength)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly LinkedList<QueuedMessage> _waiting = [];   // guarded by _lock, like all below
    private readonly HashSet<ITimer> _pauses = [];
    private List<QueueConsumer> _consumers = [];
    private int _maxLength = maxLength;
    private int _inFlight;
    private bool _isClosed;
    private bool _isDispatching;
    private bool _again;   // asked for while it was being done

    /// <summary>Takes a new limit and other consumers; calls under way go on.</summary>
    public void Configure(int limit, List<QueueConsumer> consumers)
    {
        lock (_lock)
        {
            _maxLength = limit;
            _consumers = consumers;
        }
        Dispatch();
    }

    /// <summary>Appends a message.</summary>
    public Error? Publish(QueuedMessage message)
    {
        lock (_lock)
        {
            if (_waiting.Count + _pauses.Count >= _maxLength) return new Error(ErrorKind.Internal, $"queue {id} is full: {_maxLength} messages (max_length)", Retryable: true);
            _waiting.AddLast(message);
        }
        Dispatch();
        return null;
    }

    /// <summary>A message is done.</summary>
    public void Confirm()
    {
        lock (_lock) _inFlight--;
    }

    /// <summary>A message is not done: it comes again.</summary>
    public void Return(QueuedMessage message)
    {
        lock (_lock)
        {
            _inFlight--;
            if (_isClosed) return;
            message.Failures++;
            if (message.Failures == 1) _waiting.AddFirst(message);
            else Pause(message);
        }
        Dispatch();
    }

    /// <summary>A call of a consumer has ended.</summary>
    public void Freed(QueueConsumer consumer)
    {
        lock (_lock)
        {
            if (--consumer.Busy == 0) consumer.Idle?.TrySetResult();
        }
        Dispatch();
    }

    /// <summary>Completes when a consumer that gets no more has no call under way.</summary>
    public Task WhenIdle(QueueConsumer consumer)
    {
        lock (_lock)
        {
            if (consumer.Busy == 0) return Task.CompletedTask;
            consumer.Idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return consumer.Idle.Task;
        }
    }

    /// <summary>Hands out no more, forgets what waits.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _waiting.Clear();
            foreach (var pause in _pauses) pause.Dispose();
            _pauses.Clear();
        }
    }

    public IReadOnlyDictionary<string, object?> Describe()
    {
        lock (_lock)
        {
            return new Dictionary<string, object?>
            {
                ["id"] = id.ToString(),
                ["driver"] = "memory",
                ["messages"] = (long)(_waiting.Count + _pauses.Count),
                ["in_flight"] = (long)_inFlight,
                ["consumers"] = (long)_consumers.Count,
                ["max_length"] = (long)_maxLength,
            };
        }
    }

    private void Pause(QueuedMessage message)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(message.Failures - 2, 20));
        ITimer? timer = null;
        timer = node.Clock.CreateTimer(_ => Resume(timer!, message), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _pauses.Add(timer);
        timer.Change(pause < LongestPause ? pause : LongestPause, Timeout.InfiniteTimeSpan);
    }

    private void Resume(ITimer timer, QueuedMessage message)
    {
        lock (_lock)
        {
            if (!_pauses.Remove(timer)) return;
            _waiting.AddLast(message);
        }
        timer.Dispose();
        Dispatch();
    }

    // One thread at a time: a call may end before it has been started, and would hand out the next message from inside.
    private void Dispatch()
    {
        lock (_lock)
        {
            _again = _isDispatching;
            if (_isDispatching) return;
            _isDispatching = true;
        }
        do
        {
            while (TryTake() is { } next) Start(next.Consumer, next.Message);
        }
        while (!IsDispatched());
    }

    private bool IsDispatched()
    {
        lock (_lock)
        {
            _isDispatching = _again;
            _again = false;
            return !_isDispatching;
        }
    }

    private (QueueConsumer Consumer, QueuedMessage Message)? TryTake()
    {
        lock (_lock)
        {
            if (_isClosed || _waiting.First is not { } first) return null;
            // The least busy first, so that several consumers share the work.
            var consumer = _consumers.Where(c => c.Busy < c.Concurrency).MinBy(c => c.Busy);
            if (consumer is null) return null;
            _waiting.RemoveFirst();
            _inFlight++;
            consumer.Busy++;
            return (consumer, first.Value);
        }
    }

    private void Start(QueueConsumer consumer, QueuedMessage message)
    {
        var delivery = new Delivery(this, consumer, message);
        if (consumer.FindHost(node) is not { } host)
        {
            delivery.Ended(ExitResult.Failed(ProcessErrors.HostNotFound));
            return;
        }
        if (consumer.AutoAck) delivery.Settle(isDone: true);
        using var arguments = new ByteBuffer();
        var writer = new MessagePackWriter(arguments);
        writer.WriteArrayHeader(1);
        writer.WriteRaw(message.Data);
        writer.Flush();
        node.Functions!.Call(new FunctionRequest
        {
            Function = consumer.Function,
            Host = host,
            Arguments = Payload.Copy(arguments.WrittenSpan),
            Security = consumer.Security,
            Origin = delivery,
            Trace = delivery.Cause,
            Ended = delivery.Ended,
        });
    }
}
