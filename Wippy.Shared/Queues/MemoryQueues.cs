using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Queues;

/// <summary>The <c>queue.queue</c> entries of a node and their consumers; they follow the registry. Any thread.</summary>
internal sealed partial class MemoryQueues : IQueues, IServiceKind
{
    /// <summary>Messages that wait in a queue whose entry says nothing else.</summary>
    public const int DefaultMaxLength = 1000;

    private readonly Node _node;
    private readonly ILogger _logger;
    private readonly Lock _change = new();
    private readonly ConcurrentDictionary<EntryId, MemoryQueue> _queues = new();            // written under _change
    private readonly Dictionary<EntryId, QueueConsumer> _consumers = [];                    // guarded by _change
    private readonly HashSet<EntryId> _supervised = [];                                     // likewise: consumers that should run
    private bool _started;                                                                  // likewise

    public MemoryQueues(Node node)
    {
        _node = node;
        _logger = node.Loggers.CreateLogger<MemoryQueues>();
        node.Registry.Changed += change =>
        {
            if (change.Changes.Concerns(change.Before, IsKind)) Follow(change.After);
        };
    }

    /// <summary>Whether a supervisor on this node says which consumers run, rather than their <c>auto_start</c>. Set before the start.</summary>
    public bool IsSupervised { get; init; }

    /// <summary>Whether a kind of entry is about queues.</summary>
    public static bool IsKind(string kind) => kind.StartsWith("queue.", StringComparison.Ordinal);

    /// <inheritdoc/>
    public void Start()
    {
        lock (_change) _started = true;
        Follow(_node.Registry.Current);
    }

    /// <inheritdoc/>
    public Task<Error?> StartAsync(EntryId id, Action<Error> failed)
    {
        Error? error = null;
        if (_node.Registry.Current.Entries.TryGetValue(id, out var entry) && QueueConsumer.TryMake(entry, _node, out var problem) is null && problem is not null)
        {
            error = new Error(ErrorKind.Invalid, problem, Retryable: false);
        }
        else
        {
            lock (_change) _supervised.Add(id);
            Follow(_node.Registry.Current);
        }
        return Task.FromResult(error);
    }

    /// <inheritdoc/>
    public Task StopAsync(EntryId id)
    {
        QueueConsumer? consumer;
        lock (_change)
        {
            _supervised.Remove(id);
            _consumers.TryGetValue(id, out consumer);
        }
        Follow(_node.Registry.Current);
        return consumer is not null && _queues.TryGetValue(consumer.Queue, out var queue) ? queue.WhenIdle(consumer) : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Error? Publish(EntryId queue, ReadOnlySpan<byte> data, IReadOnlyDictionary<string, object?> headers, TraceContext? trace)
    {
        if (!_queues.TryGetValue(queue, out var found)) return new Error(ErrorKind.Internal, $"queue not found: {queue}");
        return found.Publish(new QueuedMessage(Guid.CreateVersion7(_node.Clock.GetUtcNow()).ToString(), data.ToArray(), headers, trace));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, object?>? Describe(EntryId queue) => _queues.TryGetValue(queue, out var found) ? found.Describe() : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var queue in _queues.Values) queue.Close();
    }

    private void Follow(Snapshot snapshot)
    {
        lock (_change)
        {
            if (!_started) return;
            var entries = snapshot.Entries.Values.Where(entry => IsKind(entry.Kind)).ToList();
            FollowConsumers(entries);
            foreach (var gone in _queues.Keys.Where(id => !snapshot.Entries.TryGetValue(id, out var entry) || entry.Kind != EntryKinds.Queue))
            {
                if (_queues.TryRemove(gone, out var queue)) queue.Close();
            }
            foreach (var entry in entries.Where(entry => entry.Kind == EntryKinds.Queue))
            {
                var maxLength = new EntryFields(entry.Fields).Section("driver_options").Section("memory").Whole("max_length") ?? DefaultMaxLength;
                var consumers = _consumers.Values.Where(consumer => consumer.Queue == entry.Id).ToList();
                _queues.GetOrAdd(entry.Id, id => new MemoryQueue(_node, id, maxLength)).Configure(maxLength, consumers);
            }
        }
    }

    // A consumer that has not changed stays the same object, so that its calls under way still count.
    private void FollowConsumers(List<Entry> entries)
    {
        var wanted = entries.Where(entry => entry.Kind == EntryKinds.QueueConsumer && (IsSupervised ? _supervised.Contains(entry.Id) : LifecycleSpec.Compile(entry).AutoStart)).ToDictionary(entry => entry.Id);
        foreach (var id in _consumers.Keys.Where(id => !wanted.TryGetValue(id, out var entry) || !ReferenceEquals(entry, _consumers[id].Entry)).ToList()) _consumers.Remove(id);
        foreach (var entry in wanted.Values.Where(entry => !_consumers.ContainsKey(entry.Id)))
        {
            if (QueueConsumer.TryMake(entry, _node, out var problem) is { } consumer) _consumers.Add(entry.Id, consumer);
            else if (problem is not null) Log.NotStarted(_logger, entry.Id, problem);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Error, "consumer {Consumer} is not started: {Problem}")]
        public static partial void NotStarted(ILogger logger, EntryId consumer, string problem);
    }
}
