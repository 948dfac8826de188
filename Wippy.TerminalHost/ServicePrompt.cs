using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Console;
using Wippy.Shared.Hosting;
using Wippy.Shared.Processes;

namespace Wippy.TerminalHost;

/// <summary>
/// The prompt of the terminal service, where that has a console: in the dashboard, or in the shell in which somebody has started it. It is in the
/// app's folder. Ctrl+C belongs to the prompt, and what the service itself has to say below a warning goes elsewhere.
/// </summary>
internal sealed class ServicePrompt(RuntimeService runtime, ConsoleTerminal terminal, ServiceSettings settings, IHostApplicationLifetime application) : BackgroundService
{
    /// <summary>Adds it; call it after the runtime has been added.</summary>
    public static void AddTo(IHostApplicationBuilder builder)
    {
        builder.Logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(new ConsoleTerminal([]));
        builder.Services.AddSingleton<ITerminal>(services => services.GetRequiredService<ConsoleTerminal>());
        builder.Services.AddSingleton<IHostLifetime, Lifetime>();
        builder.Services.AddHostedService<ServicePrompt>();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (application.ApplicationStarted.Register(started.SetResult)) await started.Task.WaitAsync(stoppingToken);
        Directory.SetCurrentDirectory(settings.App);
        var prompt = new CommandPrompt(runtime.Runtime!, terminal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            prompt.Interrupt();
        });
        // The end of input is the end of a line here: the service goes on, and so does its prompt.
        while (!stoppingToken.IsCancellationRequested) await prompt.RunAsync(stoppingToken);
    }

    /// <summary>Every signal but that of Ctrl+C stops the service.</summary>
    private sealed class Lifetime(IHostApplicationLifetime application) : IHostLifetime, IDisposable
    {
        private readonly List<PosixSignalRegistration> _signals = [];

        public Task WaitForStartAsync(CancellationToken cancellationToken)
        {
            foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP]) _signals.Add(PosixSignalRegistration.Create(signal, Stop));
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => _signals.ForEach(signal => signal.Dispose());

        private void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            application.StopApplication();
        }
    }
}
