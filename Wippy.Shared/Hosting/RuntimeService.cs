using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Hosting;

/// <summary>
/// One node of a deployment as a hosted service: loads the app, starts the node, takes part in the deployment and, on
/// the system node, starts the services and writes the connect file. Stops in the opposite order.
/// </summary>
internal sealed partial class RuntimeService : IHostedService, IAsyncDisposable
{
    private readonly ServiceSettings _settings;
    private readonly IConfiguration _configuration;
    private readonly NativeProcesses _natives;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly IHostApplicationLifetime _application;
    private readonly ITerminal? _terminal;
    private Runtime? _runtime;
    private Deployment? _deployment;
    private ConnectFile? _connectFile;

    public RuntimeService(
        ServiceSettings settings,
        IConfiguration configuration,
        NativeProcesses natives,
        TimeProvider clock,
        ILoggerFactory loggers,
        IHostApplicationLifetime application,
        ITerminal? terminal = null)
    {
        _application = application;
        _terminal = terminal;
        _settings = settings;
        _configuration = configuration;
        _natives = natives;
        _clock = clock;
        _loggers = loggers;
        _logger = loggers.CreateLogger<RuntimeService>();
    }

    /// <summary>Whether the node takes part in its deployment.</summary>
    public bool IsJoined => _deployment is { Joined.IsCompletedSuccessfully: true };

    /// <summary>The node; null until the service starts.</summary>
    public Runtime? Runtime => _runtime;

    /// <summary>Looks at the nodes of the deployment; on the system node, once it has started.</summary>
    public NodeObserver? Observer { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The app has errors, each of which is in the log.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var (snapshot, settings) = LoadApp();
        var runtimeOptions = new RuntimeOptions
        {
            NodeName = _settings.NodeName,
            Zone = _settings.Zone,
            ShutdownTimeout = settings.ShutdownTimeout,
            StrictSecurity = settings.StrictSecurity,
        };
        _runtime = new Runtime(runtimeOptions, snapshot, _natives, _clock, _loggers, _terminal);
        _runtime.Node.Exit = code =>
        {
            Environment.ExitCode = code;
            _application.StopApplication();
        };
        var options = new ChannelOptions
        {
            Zone = _settings.Zone,
            SystemEndpoint = _settings.SystemEndpoint,
            ListenAddress = _settings.ChannelAddress,
            ListenPort = _settings.ChannelPort,
            Tls = ChannelTls.Read(_configuration),
        };
        _deployment = new Deployment(_runtime.Node, options, ChannelKeys.Read(_configuration));
        var reporter = new NodeReporter(_runtime.Node, _settings.Zone.ToText());
        NodeObserver.Answer(_deployment, reporter);
        if (_settings.Zone == Zone.System)
        {
            Observer = new NodeObserver(_runtime.Node, reporter, _deployment);
            Observer.AnswerTerminals();
        }
        _runtime.Start();
        await _deployment.StartAsync();
        await _runtime.StartServicesAsync();
        WriteConnectFile();
        Log.Started(_logger, _settings.NodeName, _settings.Zone.ToText(), _settings.App, snapshot.Entries.Count);
        if (_settings.Zone == Zone.Terminal) SuggestPrograms(snapshot);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_connectFile is not null) _connectFile.Remove(_settings.ConnectFile!);
        if (_runtime is not null) await _runtime.StopAsync();
        if (_deployment is not null) await _deployment.StopAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The container owns this instance under two registrations and disposes it for each.
        if (Interlocked.Exchange(ref _deployment, null) is { } deployment) await deployment.DisposeAsync();
        if (Interlocked.Exchange(ref _runtime, null) is { } runtime) await runtime.DisposeAsync();
    }

    private (Snapshot Snapshot, AppSettings Settings) LoadApp()
    {
        var loaded = App.Load(_settings.App);
        foreach (var problem in loaded.Problems)
        {
            if (problem.Severity == Severity.Error) Log.AppError(_logger, problem.ToString());
            else Log.AppWarning(_logger, problem.ToString());
        }
        return (loaded.Snapshot ?? throw new InvalidOperationException($"the app {_settings.App} could not be loaded: {loaded.Problems.Count(p => p.Severity == Severity.Error)} errors, see above"), loaded.Settings);
    }

    private void WriteConnectFile()
    {
        if (_settings.ConnectFile is not { } path) return;
        string? Key(string name) => _configuration[$"Wippy:Keys:{name}"];
        if (Key("SystemTerminal") is not { } systemTerminal || Key("UserTerminal") is not { } userTerminal) return;
        var trust = ChannelTls.Read(_configuration)?.TrustPem;
        _connectFile = new ConnectFile($"tcp://{_deployment!.Address}", systemTerminal, userTerminal, trust, _configuration["OTEL_EXPORTER_OTLP_ENDPOINT"], _configuration["OTEL_EXPORTER_OTLP_HEADERS"]);
        _connectFile.Write(path);
    }

    private void SuggestPrograms(Snapshot snapshot)
    {
        foreach (var process in snapshot.Processes.Where(p => p.Command is not null).OrderBy(p => p.Command!.Name, StringComparer.Ordinal))
        {
            Log.Program(_logger, process.Command!.Name, process.Command.Short);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Information, "node {Node} ({Zone}) runs {App}, {Entries} entries")]
        public static partial void Started(ILogger logger, string node, string zone, string app, int entries);

        [LoggerMessage(3002, LogLevel.Error, "{Problem}")]
        public static partial void AppError(ILogger logger, string problem);

        [LoggerMessage(3003, LogLevel.Warning, "{Problem}")]
        public static partial void AppWarning(ILogger logger, string problem);

        [LoggerMessage(3004, LogLevel.Information, "try it from another shell: dotnet run --project Wippy.TerminalHost -- connect {Command} -- ...   ({Short})")]
        public static partial void Program(ILogger logger, string command, string @short);
    }
}
