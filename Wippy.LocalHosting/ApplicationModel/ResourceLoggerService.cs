using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>One line of a replica's console.</summary>
/// <param name="LineNumber">1 for the first line of the replica.</param>
/// <param name="Content">The line without its end.</param>
/// <param name="IsErrorMessage">It came from the standard error stream.</param>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);

/// <summary>Keeps the latest console lines of every replica and hands on new ones. Any thread.</summary>
public class ResourceLoggerService
{
    /// <summary>Lines kept per replica; older ones are only in the log files.</summary>
    private const int Capacity = 10_000;

    /// <summary>Lines handed on at once.</summary>
    private const int BatchLines = 500;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Backlog> _backlogs = [];
    private readonly List<Watcher> _watchers = [];
    private readonly TimeProvider _time;

    internal ResourceLoggerService(TimeProvider time) => _time = time;

    /// <summary>Called for every new line, under the lock: must not wait.</summary>
    internal event Action<LogEntry>? Written;

    /// <summary>The lines of all replicas of a resource: first those kept, then new ones, without end.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => LinesAsync(entry => entry.Resource == resource);

    /// <summary>The lines of one replica: first those kept, then new ones, without end.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => LinesAsync(entry => entry.ResourceId == resourceName);

    /// <summary>What people want to see of one replica, with times: first those kept, then new ones, without end.</summary>
    internal IAsyncEnumerable<IReadOnlyList<LogEntry>> WatchEntriesAsync(string resourceId, CancellationToken cancellationToken) =>
        WatchAsync(entry => entry.ResourceId == resourceId && entry.Source != LogSource.Detail, cancellationToken);

    /// <summary>The lines of one replica that are kept.</summary>
    internal IReadOnlyList<LogEntry> Kept(string resourceId)
    {
        lock (_lock)
            return _backlogs.TryGetValue(resourceId, out var backlog) ? [.. backlog.Entries.Where(entry => entry.Source != LogSource.Detail)] : [];
    }

    internal void Append(IResource resource, string resourceId, string content, LogSource source)
    {
        lock (_lock)
        {
            if (!_backlogs.TryGetValue(resourceId, out var backlog))
                _backlogs.Add(resourceId, backlog = new Backlog());
            var line = new LogLine(++backlog.Count, content, source == LogSource.Error);
            var entry = new LogEntry(resource, resourceId, line, source, _time.GetUtcNow());
            if (backlog.Entries.Count == Capacity)
                backlog.Entries.Dequeue();
            backlog.Entries.Enqueue(entry);
            foreach (var watcher in _watchers.Where(watcher => watcher.Filter(entry)))
                watcher.Entries.TryWrite(entry);
            Written?.Invoke(entry);
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<LogLine>> LinesAsync(Func<LogEntry, bool> filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var batch in WatchAsync(filter, cancellationToken).ConfigureAwait(false))
            yield return [.. batch.Select(entry => entry.Line)];
    }

    private async IAsyncEnumerable<IReadOnlyList<LogEntry>> WatchAsync(Func<LogEntry, bool> filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var entries = Channel.CreateUnbounded<LogEntry>(new UnboundedChannelOptions { SingleReader = true });
        var watcher = new Watcher(filter, entries.Writer);
        lock (_lock)
        {
            foreach (var entry in _backlogs.Values.SelectMany(backlog => backlog.Entries).Where(filter))
                entries.Writer.TryWrite(entry);
            _watchers.Add(watcher);
        }
        try
        {
            while (await entries.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var batch = new List<LogEntry>();
                while (batch.Count < BatchLines && entries.Reader.TryRead(out var entry))
                    batch.Add(entry);
                yield return batch;
            }
        }
        finally
        {
            lock (_lock)
                _watchers.Remove(watcher);
        }
    }

    private sealed class Backlog
    {
        public int Count { get; set; }

        public Queue<LogEntry> Entries { get; } = new();
    }

    private sealed record Watcher(Func<LogEntry, bool> Filter, ChannelWriter<LogEntry> Entries);
}

/// <summary>Where a line comes from.</summary>
internal enum LogSource
{
    /// <summary>Standard output of the process.</summary>
    Output,

    /// <summary>Standard error of the process.</summary>
    Error,

    /// <summary>The AppHost, about the replica.</summary>
    AppHost,

    /// <summary>The AppHost, in more detail than people want to see on the console.</summary>
    Detail,
}

internal sealed record LogEntry(IResource Resource, string ResourceId, LogLine Line, LogSource Source, DateTimeOffset Time)
{
    /// <summary>Tells what the process wrote (<c>|</c>) from what the AppHost says about it (<c>*</c>).</summary>
    public char Mark => Source is LogSource.Output or LogSource.Error ? '|' : '*';
}
