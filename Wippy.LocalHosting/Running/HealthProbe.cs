using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wippy.LocalHosting;

/// <summary>
/// Asks replicas over HTTP whether they are well: at once, then after 1 s more with every failure in a row up to 5 s, and
/// every 30 s while healthy.
/// </summary>
internal sealed class HealthProbe(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan HealthyInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UnhealthyStep = TimeSpan.FromSeconds(1);
    private const int MaxUnhealthySteps = 5;

    /// <summary>A process that has just been started does not answer yet: people are told after so many failures in a row.</summary>
    private const int FailuresOfAStart = 3;

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Asks until cancelled; then completes without an exception.</summary>
    /// <param name="check">What to ask.</param>
    /// <param name="port">The replica's own port.</param>
    /// <param name="report">Told each answer that differs from the one before; true = people need not hear of it.</param>
    /// <param name="cancellationToken">The replica has ended.</param>
    public async Task RunAsync(HttpHealthCheckAnnotation check, int port, Action<HealthReportSnapshot, bool> report, CancellationToken cancellationToken)
    {
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"{check.Scheme}://localhost:{port}/{check.Path.TrimStart('/')}"));
        var failures = 0;
        var wasHealthy = false;
        HealthReportSnapshot? last = null;
        try
        {
            while (true)
            {
                var answer = await AskAsync(check, url, cancellationToken).ConfigureAwait(false);
                failures = answer.Status == HealthStatus.Healthy ? 0 : failures + 1;
                wasHealthy |= failures == 0;
                // Where it failed inside of .NET is no difference.
                if (answer with { ExceptionText = null } != last || (!wasHealthy && failures == FailuresOfAStart))
                {
                    report(answer, !wasHealthy && failures < FailuresOfAStart);
                    last = answer with { ExceptionText = null };
                }
                // The replica does not tell how it is, it has to be asked.
                await Task.Delay(Interval(failures), time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The replica has ended.
        }
    }

    /// <summary>The time to the next question.</summary>
    /// <param name="failures">In a row, up to now; 0 = healthy.</param>
    public static TimeSpan Interval(int failures) => failures == 0 ? HealthyInterval : UnhealthyStep * Math.Min(MaxUnhealthySteps, failures);

    public void Dispose() => _http.Dispose();

    private async Task<HealthReportSnapshot> AskAsync(HttpHealthCheckAnnotation check, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(url, cancellationToken).ConfigureAwait(false);
            return (int)response.StatusCode == check.StatusCode
                ? new HealthReportSnapshot(check.Name, HealthStatus.Healthy, Description: null, ExceptionText: null)
                : new HealthReportSnapshot(check.Name, HealthStatus.Unhealthy, $"{url} answered {(int)response.StatusCode}, expected {check.StatusCode}.", ExceptionText: null);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new HealthReportSnapshot(check.Name, HealthStatus.Unhealthy, $"{url} did not answer: {e.Message}", e.ToString());
        }
    }
}
