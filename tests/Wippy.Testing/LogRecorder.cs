using Microsoft.Extensions.Logging;

namespace Wippy.Testing;

/// <summary>Keeps log lines from Debug up, and lets a test wait for one. Any thread.</summary>
public sealed class LogRecorder : ILoggerFactory, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<LogLine> _lines = [];
    private TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All lines so far.</summary>
    public IReadOnlyList<LogLine> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    /// <summary>Completes with the first line, past or future, that holds the text.</summary>
    public async Task<LogLine> WaitForAsync(string text)
    {
        while (true)
        {
            Task written;
            lock (_lock)
            {
                if (_lines.FirstOrDefault(line => line.Text.Contains(text, StringComparison.Ordinal)) is { } found) return found;
                written = _written.Task;
            }
            await written;
        }
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock)
        {
            _lines.Add(new LogLine(logLevel, formatter(state, exception) + (exception is null ? "" : $"\n{exception}")));
            _written.SetResult();
            _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

/// <summary>One line of a log.</summary>
/// <param name="Level">Its level.</param>
/// <param name="Text">The message, and the exception if there is one.</param>
public sealed record LogLine(LogLevel Level, string Text);
