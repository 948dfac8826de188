using System.Globalization;
using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Wippy.LocalHosting;

/// <summary>
/// The Aspire dashboard beside the application: 1. installed, if this is the first run; 2. started with our resource service; 3. its
/// address is told once it answers; 4. ended after everything else. The application never waits for it: when it cannot
/// be had, one line says so.
/// </summary>
internal sealed class Dashboard(
    DashboardBundle bundle, ResourceService resources, DashboardKeys keys, ProcessGuard guard, ResourceLoggerService logs,
    IConfiguration configuration, TimeProvider time) : IHostedService, IDisposable
{
    private const string Name = "aspire-dashboard";

    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerInterval = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<Uri?> _login = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _installed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _run = Task.CompletedTask;

    /// <summary>Told what people should know about it.</summary>
    public event Action<string>? Said;

    /// <summary>Where services send telemetry, over gRPC; null = there is no dashboard.</summary>
    public Uri? Otlp { get; private set; }

    /// <summary>What they show there, as the value of <c>OTEL_EXPORTER_OTLP_HEADERS</c>.</summary>
    public string OtlpHeaders => $"x-otlp-api-key={keys.Otlp}";

    /// <summary>The address that logs a person in, once it answers; null when there will be no dashboard.</summary>
    public Task<Uri?> Login => _login.Task;

    /// <summary>Whether its programs are on this machine; on a first run that takes npm a while. Never completes when there is no <see cref="Otlp"/>.</summary>
    public Task<bool> Installed => _installed.Task;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (bundle.WhyUnavailable is { } why)
        {
            GiveUp(why);
            return Task.CompletedTask;
        }
        Uri frontend;
        try
        {
            frontend = Address("ASPNETCORE_URLS");
            Otlp = Address("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL");
        }
        catch (DistributedApplicationException e)
        {
            GiveUp(e.Message);
            return Task.CompletedTask;
        }
        _run = Task.Run(() => RunAsync(frontend), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        await resources.DisposeAsync().ConfigureAwait(false);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(Uri frontend)
    {
        try
        {
            if (!bundle.IsInstalled)
                await InstallAsync().ConfigureAwait(false);
            _installed.TrySetResult(true);
            await ServeAsync(frontend).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            _installed.TrySetResult(false);
            _login.TrySetResult(null);
        }
        catch (Exception e)
        {
            GiveUp(e.Message);
        }
    }

    private async Task InstallAsync()
    {
        var step = "";
        var began = time.GetTimestamp();
        await using var reminder = time.CreateTimer(
            _ => Said?.Invoke($"Dashboard: still {step}, {time.GetElapsedTime(began).TotalSeconds:0} s."), null, ProgressInterval, ProgressInterval);
        await bundle.InstallAsync(progress => Said?.Invoke($"Dashboard: {step = progress}."), _stopping.Token).ConfigureAwait(false);
    }

    private async Task ServeAsync(Uri frontend)
    {
        var service = await resources.StartAsync(_stopping.Token).ConfigureAwait(false);
        var token = configuration["AppHost:BrowserToken"] ?? RandomNumberGenerator.GetHexString(32, lowercase: true);
        var launch = new Launch(bundle.Program, ["dashboard"], Path.GetDirectoryName(bundle.Program)!, Environment(frontend, service, token));

        using var process = ChildProcess.Start(launch, guard, (line, _) => logs.Append(Resource, Name, line, LogSource.Detail), time);
        await using var stop = _stopping.Token.Register(process.Terminate);
        if (await AnswersAsync(frontend, process.Exit).ConfigureAwait(false))
        {
            var login = new Uri(frontend, $"/login?t={token}");
            Said?.Invoke($"Dashboard: {login}");
            _login.TrySetResult(login);
        }
        await EndAsync(process).ConfigureAwait(false);
    }

    /// <summary>Waits until it answers, or has ended.</summary>
    private async Task<bool> AnswersAsync(Uri frontend, Task<int> exit)
    {
        using var http = new HttpClient();
        while (!exit.IsCompleted)
        {
            try
            {
                using var response = await http.GetAsync(frontend, HttpCompletionOption.ResponseHeadersRead, _stopping.Token).ConfigureAwait(false);
                return true;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(AnswerInterval, time, _stopping.Token).ConfigureAwait(false);
            }
        }
        return false;
    }

    /// <summary>Waits for its end: by itself, which people are told; or because the application stops.</summary>
    private async Task EndAsync(ChildProcess process)
    {
        try
        {
            var code = await process.Exit.WaitAsync(_stopping.Token).ConfigureAwait(false);
            GiveUp($"it has ended with exit code {code}");
        }
        catch (OperationCanceledException)
        {
            try
            {
                await process.Exit.WaitAsync(StopGrace, time).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                process.Kill();
            }
        }
    }

    private Dictionary<string, string> Environment(Uri frontend, Uri service, string token) => new()
    {
        ["ASPNETCORE_URLS"] = Text(frontend),
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = Text(Otlp!),
        ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = Text(FreeAddress()),
        ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = Text(service),
        ["ASPIRE_DASHBOARD_TELEMETRY_OPTOUT"] = "true",
        ["ASPIRE_CLI_PID"] = System.Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        ["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey",
        ["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = resources.Key,
        ["DASHBOARD__FRONTEND__AUTHMODE"] = "BrowserToken",
        ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = token,
        ["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey",
        ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = keys.Otlp,
        ["DASHBOARD__OTLP__SUPPRESSUNSECUREDMESSAGE"] = "true",
    };

    /// <summary>The first address of a setting that Aspire's launch profiles have, or a free port.</summary>
    /// <exception cref="DistributedApplicationException">Somebody else has that port: he would be taken for the dashboard.</exception>
    private Uri Address(string setting)
    {
        if (configuration[setting] is not { Length: > 0 } urls)
            return FreeAddress();
        var address = new Uri(urls.Split(';')[0]);
        return FreePort.IsFree(address.Port) ? address
            : throw new DistributedApplicationException($"port {address.Port} of {setting} is in use; end what listens there, or change the setting");
    }

    private static Uri FreeAddress() => new(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{FreePort.Next()}"));

    private static string Text(Uri address) => address.AbsoluteUri.TrimEnd('/');

    private static ExecutableResource Resource { get; } = new(Name, Name, "/");

    private void GiveUp(string why)
    {
        _installed.TrySetResult(false);
        _login.TrySetResult(null);
        Said?.Invoke($"No dashboard: {why.TrimEnd('.')}. Everything else works; --no-dashboard leaves it out.");
    }
}
