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

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Backlog> _backlogs = [];
    private readonly List<Watcher> _watchers = [];

    /// <summary>Called for every new line, under the lock: must not wait.</summary>
    internal event Action<LogEntry>? Written;

    /// <summary>The lines of all replicas of a resource: first those kept, then new ones, without end.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => WatchAsync(entry => entry.Resource == resource);

    /// <summary>The lines of one replica: first those kept, then new ones, without end.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => WatchAsync(entry => entry.ResourceId == resourceName);

    internal void Append(IResource resource, string resourceId, string content, LogSource source)
    {
        lock (_lock)
        {
            if (!_backlogs.TryGetValue(resourceId, out var backlog))
                _backlogs.Add(resourceId, backlog = new Backlog());
            var line = new LogLine(++backlog.Count, content, source == LogSource.Error);
            var entry = new LogEntry(resource, resourceId, line, source);
            if (backlog.Entries.Count == Capacity)
                backlog.Entries.Dequeue();
            backlog.Entries.Enqueue(entry);
            foreach (var watcher in _watchers.Where(watcher => watcher.Filter(entry)))
                watcher.Lines.TryWrite(line);
            Written?.Invoke(entry);
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(Func<LogEntry, bool> filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var lines = Channel.CreateUnbounded<LogLine>(new UnboundedChannelOptions { SingleReader = true });
        var watcher = new Watcher(filter, lines.Writer);
        lock (_lock)
        {
            foreach (var entry in _backlogs.Values.SelectMany(backlog => backlog.Entries).Where(filter))
                lines.Writer.TryWrite(entry.Line);
            _watchers.Add(watcher);
        }
        try
        {
            while (await lines.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var batch = new List<LogLine>();
                while (lines.Reader.TryRead(out var line))
                    batch.Add(line);
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

    private sealed record Watcher(Func<LogEntry, bool> Filter, ChannelWriter<LogLine> Lines);
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

internal sealed record LogEntry(IResource Resource, string ResourceId, LogLine Line, LogSource Source)
{
    /// <summary>Tells what the process wrote (<c>|</c>) from what the AppHost says about it (<c>*</c>).</summary>
    public char Mark => Source is LogSource.Output or LogSource.Error ? '|' : '*';
}
