using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aspire.Hosting;

namespace Wippy.LocalHosting;

/// <summary>
/// DCP, the program of Aspire's bundle that runs others on a terminal. 1. It is started with the name of a file; 2. it
/// writes there where it listens, its certificate and a token; 3. it is told by requests in the manner of Kubernetes what to
/// run, and asked what became of that; 4. it ends when asked to, or with the AppHost.
/// </summary>
internal sealed partial class Dcp : IAsyncDisposable
{
    private const string Api = "/apis/usvc-dev.developer.microsoft.com/v1";

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly ChildProcess _process;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    private Dcp(ChildProcess process, HttpClient http, TimeProvider time)
    {
        _process = process;
        _http = http;
        _time = time;
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="folder">An empty folder for it.</param>
    /// <param name="guard">Ends it with the AppHost.</param>
    /// <param name="time">For waiting.</param>
    /// <param name="cancellationToken">Ends the wait, and the program.</param>
    /// <exception cref="DistributedApplicationException">It does not listen.</exception>
    public static async Task<Dcp> StartAsync(string program, string folder, ProcessGuard guard, TimeProvider time, CancellationToken cancellationToken)
    {
        var config = Path.Combine(folder, "kubeconfig");
        string[] arguments = ["start-apiserver", "--monitor", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), "--kubeconfig", config];
        var process = ChildProcess.Start(
            new Launch(program, arguments, folder, new Dictionary<string, string> { ["DCP_SESSION_FOLDER"] = folder }), guard, static (_, _) => { }, time);
        try
        {
            var began = time.GetTimestamp();
            string text;
            while (!Token().IsMatch(text = File.Exists(config) ? await ReadAsync(config, cancellationToken).ConfigureAwait(false) : ""))
                await LookAgainAsync().ConfigureAwait(false);
            var dcp = new Dcp(process, Client(text), time);
            while (!await dcp.AnswersAsync(cancellationToken).ConfigureAwait(false))
                await LookAgainAsync().ConfigureAwait(false);
            return dcp;

            async Task LookAgainAsync()
            {
                if (process.Exit.IsCompleted)
                    throw new DistributedApplicationException($"'{Path.GetFileName(program)}' ended with exit code {await process.Exit.ConfigureAwait(false)}.");
                if (time.GetElapsedTime(began) > StartLimit)
                    throw new DistributedApplicationException($"'{Path.GetFileName(program)}' has not begun to listen within {StartLimit.TotalSeconds:0} s.");
                await Task.Delay(LookInterval, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Has a program run.</summary>
    /// <param name="name">New in this AppHost; small letters, digits, dashes.</param>
    /// <param name="specification">As DCP's <c>ExecutableSpec</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DistributedApplicationException">It was refused.</exception>
    public async Task RunAsync(string name, JsonObject specification, CancellationToken cancellationToken)
    {
        var executable = new JsonObject
        {
            ["apiVersion"] = Api["/apis/".Length..],
            ["kind"] = "Executable",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = specification,
        };
        using var content = new StringContent(executable.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync($"{Api}/executables", content, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            var reason = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            throw new DistributedApplicationException($"The terminal's program was refused ({(int)response.StatusCode}): {reason}");
        }
    }

    /// <summary>What became of a program.</summary>
    /// <exception cref="HttpRequestException">DCP does not answer.</exception>
    public async Task<DcpStatus> StatusAsync(string name, CancellationToken cancellationToken)
    {
        var executable = JsonNode.Parse(await _http.GetStringAsync($"{Api}/executables/{name}", cancellationToken).ConfigureAwait(false))!;
        var status = executable["status"];
        return new DcpStatus((string?)status?["state"] ?? "", (int?)status?["pid"], (int?)status?["exitCode"]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Terminate();
        try
        {
            await _process.Exit.WaitAsync(StopGrace, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _process.Kill();
            await _process.Exit.ConfigureAwait(false);
        }
        _process.Dispose();
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync($"{Api}/executables", cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static HttpClient Client(string config)
    {
        var authority = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(Value(Authority(), config))));
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => IsFrom(authority, certificate as X509Certificate2) },
        };
        return new HttpClient(handler)
        {
            BaseAddress = new Uri(Value(Server(), config)),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Value(Token(), config)) },
            DefaultRequestVersion = HttpVersion.Version11,
        };
    }

    /// <summary>Whether the certificate is DCP's: it made itself an authority in this very run.</summary>
    private static bool IsFrom(X509Certificate2 authority, X509Certificate2? certificate)
    {
        if (certificate is null)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private static string Value(Regex line, string config) => line.Match(config).Groups[1].Value;

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    // The token is the last line that is written: with it, the others are there, too.
    [GeneratedRegex(@"token: *(\S+)\s")]
    private static partial Regex Token();

    [GeneratedRegex(@"server: *(\S+)\s")]
    private static partial Regex Server();

    [GeneratedRegex(@"certificate-authority-data: *(\S+)\s")]
    private static partial Regex Authority();
}

/// <summary>What became of a program that DCP runs.</summary>
/// <param name="State">Empty or <c>Starting</c>, then <c>Running</c>, then one of several.</param>
/// <param name="Pid">Once it has run.</param>
/// <param name="ExitCode">Once it has ended; -1 when a signal ended it.</param>
internal sealed record DcpStatus(string State, int? Pid, int? ExitCode)
{
    public bool IsPending => State is "" or "Starting" or "Unknown";

    public bool IsRunning => State is "Running" or "Stopping";
}
