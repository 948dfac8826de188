namespace Wippy.TerminalHost;

/// <summary>Says on standard error what is being done, if that takes more than two seconds and a person watches. Until disposal.</summary>
internal sealed class PatienceNotice(string what) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ITimer? _timer = Console.IsErrorRedirected ? null
        : TimeProvider.System.CreateTimer(_ => Console.Error.WriteLine($"wippy: {what} ..."), null, Patience, Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();
}
