namespace Wippy.TerminalHost;

/// <summary>Loggers that make the real ones when there is first something to write: most programs end without, and these take as long as a program to start.</summary>
/// <param name="minimum">What is not written.</param>
/// <param name="create">Makes the real ones.</param>
internal sealed class LazyLoggers(LogLevel minimum, Func<ILoggerFactory> create) : ILoggerFactory
{
    private readonly LogLevel _minimum = minimum;
    private readonly Lazy<ILoggerFactory> _factory = new(create);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new LazyLogger(this, categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => _factory.Value.AddProvider(provider);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_factory.IsValueCreated) _factory.Value.Dispose();
    }

    private sealed class LazyLogger(LazyLoggers loggers, string category) : ILogger
    {
        private readonly Lazy<ILogger> _logger = new(() => loggers._factory.Value.CreateLogger(category));

        public bool IsEnabled(LogLevel logLevel) => logLevel >= loggers._minimum && logLevel != LogLevel.None;

        // Scopes are not shown on a console.
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) _logger.Value.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
