using Microsoft.Extensions.Logging.Console;

namespace Wippy.TerminalHost;

/// <summary>Logs on standard error, since standard output belongs to the program.</summary>
internal static class ConsoleLogging
{
    /// <param name="quiet">A program has the terminal: only warnings and worse.</param>
    /// <param name="verbose">Everything, whatever runs.</param>
    public static ILoggerFactory Create(bool quiet, bool verbose) => LoggerFactory.Create(logging =>
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            if (Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } || Console.IsErrorRedirected) console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(verbose ? LogLevel.Debug : quiet ? LogLevel.Warning : LogLevel.Information);
    });
}
