using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Wippy.Shared.Channels;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using OsProcess = System.Diagnostics.Process;
using OsStartInfo = System.Diagnostics.ProcessStartInfo;

namespace Wippy.Bench;

/// <summary>
/// A node of the benchmarks' own deployment: the system node in this operating-system process, and the user node, which
/// is this program again. The user node is told the endpoint as an argument and its key by environment, and ends with
/// its standard input.
/// </summary>
internal sealed class BenchNode : IAsyncDisposable
{
    /// <summary>First argument of the program as a user node; the endpoint of the system node follows.</summary>
    public const string UserNodeArgument = "user-node";

    private const string KeySetting = "Wippy:Keys:SystemUser";
    private const string KeyVariable = "Wippy__Keys__SystemUser";

    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(30);

    private readonly Deployment _deployment;
    private readonly OsProcess? _userNode;

    private BenchNode(Runtime runtime, Deployment deployment, OsProcess? userNode)
    {
        Runtime = runtime;
        _deployment = deployment;
        _userNode = userNode;
    }

    public Runtime Runtime { get; }

    /// <summary>Starts the system node here and the user node beside it; they are connected when it returns.</summary>
    public static async Task<BenchNode> StartSystemAsync(Snapshot snapshot)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(ChannelKeys.KeyBytes));
        var (runtime, deployment) = Create("system", new ChannelOptions { Zone = Zone.System }, snapshot, key);
        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        deployment.Changed += (_, change) =>
        {
            if (change == NodeChange.Joined) joined.TrySetResult();
        };
        runtime.Start();
        await deployment.StartAsync();
        var start = new OsStartInfo(Environment.ProcessPath!, [UserNodeArgument, $"tcp://{deployment.Address}"]) { RedirectStandardInput = true };
        start.Environment[KeyVariable] = key;
        var userNode = OsProcess.Start(start)!;
        await joined.Task.WaitAsync(JoinLimit);
        return new BenchNode(runtime, deployment, userNode);
    }

    /// <summary>The program as a user node: runs until its standard input ends.</summary>
    public static async Task RunUserAsync(Snapshot snapshot, string systemEndpoint)
    {
        var key = Environment.GetEnvironmentVariable(KeyVariable) ?? throw new InvalidOperationException($"{KeyVariable} is not set");
        var (runtime, deployment) = Create("user", new ChannelOptions { Zone = Zone.User, SystemEndpoint = systemEndpoint }, snapshot, key);
        await using var node = new BenchNode(runtime, deployment, null);
        runtime.Start();
        await deployment.StartAsync();
        await Console.In.ReadToEndAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_userNode is not null)
        {
            _userNode.StandardInput.Close();
            await _userNode.WaitForExitAsync();
            _userNode.Dispose();
        }
        await _deployment.DisposeAsync();
        await Runtime.DisposeAsync();
    }

    private static (Runtime Runtime, Deployment Deployment) Create(string name, ChannelOptions options, Snapshot snapshot, string key)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [KeySetting] = key }).Build();
        var runtime = new Runtime(
            new RuntimeOptions { NodeName = name, Zone = options.Zone }, snapshot, new NativeProcesses(), TimeProvider.System, NullLoggerFactory.Instance);
        return (runtime, new Deployment(runtime.Node, options, ChannelKeys.Read(configuration)));
    }
}
