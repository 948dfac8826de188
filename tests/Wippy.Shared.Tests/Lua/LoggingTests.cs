using Microsoft.Extensions.Logging;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>What print and the logger module leave in the log.</summary>
public sealed class LoggingTests
{
    [Fact]
    public void Print_SeveralValues_OneRecordJoinedWithSpaces()
    {
        var record = Assert.Single(Run("print('a', 1, nil, true)"));
        Assert.Equal((LogLevel.Information, "app:main", "a 1 nil true pid={app:user|0x00001} location=app:main:2"), (record.Level, record.Category, record.Message));
        Assert.Equal("app:main:2", record.Fields["location"]);
        Assert.Equal("{app:user|0x00001}", record.Fields["pid"]);
    }

    [Theory]
    [InlineData("debug", LogLevel.Debug)]
    [InlineData("info", LogLevel.Information)]
    [InlineData("warn", LogLevel.Warning)]
    [InlineData("error", LogLevel.Error)]
    public void Logger_Level_IsThatOfTheMethod(string method, LogLevel level)
    {
        var record = Assert.Single(Run($"logger:{method}('text')"));
        Assert.Equal((level, "text pid={app:user|0x00001} location=app:main:2"), (record.Level, record.Message));
        Assert.Equal("app:main:2", record.Fields["location"]);
    }

    [Fact]
    public void Logger_WithFieldsAndName_KeepsAllOfThem()
    {
        var record = Assert.Single(Run("""
            local log = logger:named("db"):with({ a = 1, b = "old" }):named("pool")
            log:info("text", { b = "new", t = { 1, { x = true } }, e = errors.new("oops"), f = 1.5, n = false })
            """));
        Assert.Equal("app:main.db.pool", record.Category);
        Assert.Equal(1L, record.Fields["a"]);
        Assert.Equal("new", record.Fields["b"]);
        Assert.Equal("[1, {\"x\": true}]", record.Fields["t"]);
        Assert.Equal("oops", record.Fields["e"]);
        Assert.Equal(1.5, record.Fields["f"]);
        Assert.Equal(false, record.Fields["n"]);
    }

    [Fact]
    public void Logger_Fields_StandInTheTextOnceEach()
    {
        var records = Run("local log = logger:with({ a = 1 }) log:info('bare') log:info('own', { b = true }) log:info('other', { a = 2 })");

        Assert.Equal(
            ["bare a=1", "own a=1 b=true", "other a=2"],
            records.Select(record => record.Message[..record.Message.IndexOf(" pid=", StringComparison.Ordinal)]));
    }

    [Fact]
    public void Logger_Derived_LeavesTheOriginalAsItWas()
    {
        var records = Run("local d = logger:with({ a = 1 }) logger:info('plain') d:info('derived')");
        Assert.DoesNotContain("a", records[0].Fields.Keys);
        Assert.Equal(1L, records[1].Fields["a"]);
    }

    [Fact]
    public void Logger_ThrowsInOurCode_FailsTheProcessAndNotTheNode()
    {
        using var log = new MemoryLog { Broken = true };
        using var node = new TestNode([TestNode.Lua("main", "return { main = function() pcall(print, 1) while true do end end }")], loggers: log);
        var error = node.Spawn("main").Result!.Error!;
        Assert.Equal("internal error in app:main: the log is broken", error.Message);
        Assert.Contains(nameof(MemoryLog), error.Stack);
    }

    private static List<Record> Run(string body)
    {
        using var log = new MemoryLog();
        using var node = new TestNode([TestNode.Lua("main", $"return {{ main = function()\n{body}\nend }}")], loggers: log);
        node.Run("main");
        return log.Records;
    }

    private sealed record Record(string Category, LogLevel Level, string Message, IReadOnlyDictionary<string, object?> Fields);

    private sealed class MemoryLog : ILoggerFactory
    {
        public List<Record> Records { get; } = [];

        public bool Broken { get; init; }

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        private sealed class Logger(MemoryLog log, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => category.StartsWith("app:", StringComparison.Ordinal);

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (log.Broken) throw new InvalidOperationException("the log is broken");
                // The last of several values of a key counts, as it does for the usual providers.
                var fields = new Dictionary<string, object?>();
                foreach (var (key, value) in (IEnumerable<KeyValuePair<string, object?>>)state!) fields[key] = value;
                log.Records.Add(new Record(category, logLevel, formatter(state, exception), fields));
            }
        }
    }
}
