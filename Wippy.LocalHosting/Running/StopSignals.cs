using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Wippy.LocalHosting;

/// <summary>
/// Ctrl+C, a closed terminal or a termination signal stop the application in order; the second one ends every process at once.
/// </summary>
internal sealed class StopSignals(IHostApplicationLifetime application, ApplicationRunner runner) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _received;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT })
            _registrations.Add(PosixSignalRegistration.Create(signal, Handle));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _received) == 1)
            application.StopApplication();
        else
            runner.Kill();
    }
}
