using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Wippy.LocalHosting;

/// <summary>
/// Writes the console lines of every replica to <c>logs/{time}-{pid}/{replica}.log</c> beside the built AppHost, in more detail than the
/// console shows: each start begins with the command and its environment, secrets blotted out. The folders of the last runs are kept.
/// </summary>
internal sealed class LogFiles : IHostedService
{
    private const int RunsKept = 10;

    private readonly ResourceLoggerService _logs;
    private readonly Dictionary<string, StreamWriter> _files = [];

    public LogFiles(ResourceLoggerService logs, TimeProvider time)
    {
        _logs = logs;
        var run = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyyMMdd-HHmmss}-{Environment.ProcessId}");
        Folder = Path.Combine(AppContext.BaseDirectory, "logs", run);
    }

    /// <summary>Absolute path of this run's folder.</summary>
    public string Folder { get; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var root = Directory.CreateDirectory(Folder).Parent!;
        foreach (var old in root.GetDirectories().OrderByDescending(run => run.Name, StringComparer.Ordinal).Skip(RunsKept))
            Remove(old);
        _logs.Written += Write;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _logs.Written -= Write;
        foreach (var file in _files.Values)
            file.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Called under the lock of <see cref="ResourceLoggerService"/>, so one at a time.</summary>
    private void Write(LogEntry entry)
    {
        if (!_files.TryGetValue(entry.ResourceId, out var file))
            _files.Add(entry.ResourceId, file = new StreamWriter(Path.Combine(Folder, entry.ResourceId + ".log")) { AutoFlush = true });
        file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entry.Time.UtcDateTime:HH:mm:ss.fff} {entry.Mark} {entry.Line.Content}"));
    }

    private static void Remove(DirectoryInfo run)
    {
        try
        {
            run.Delete(recursive: true);
        }
        catch (IOException)
        {
            // Another AppHost is still writing there.
        }
    }
}
