using Microsoft.Extensions.Logging.Console;

namespace Wippy.TerminalHost;

/// <summary>How much is logged.</summary>
internal enum LogDetail
{
    /// <summary>While a program has the terminal only warnings and worse, else what happens.</summary>
    Fitting,

    /// <summary>Nothing.</summary>
    Silent,

    /// <summary>What happens, whatever runs.</summary>
    Console,

    /// <summary>With details.</summary>
    Verbose,

    /// <summary>With all details.</summary>
    VeryVerbose,
}

/// <summary>Logs on standard error, since standard output belongs to the program. Colours only on a terminal, and without <c>NO_COLOR</c>.</summary>
internal static class ConsoleLogging
{
    /// <param name="hasProgram">Whether a program has the terminal.</param>
    /// <param name="detail">How much.</param>
    public static ILoggerFactory Create(bool hasProgram, LogDetail detail)
    {
        var minimum = detail switch
        {
            LogDetail.Silent => LogLevel.None,
            LogDetail.Console => LogLevel.Information,
            LogDetail.Verbose => LogLevel.Debug,
            LogDetail.VeryVerbose => LogLevel.Trace,
            _ => hasProgram ? LogLevel.Warning : LogLevel.Information,
        };
        return new LazyLoggers(minimum, () => LoggerFactory.Create(logging =>
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                if (Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } || Console.IsErrorRedirected) console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
            logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            logging.SetMinimumLevel(minimum);
        }));
    }
}
