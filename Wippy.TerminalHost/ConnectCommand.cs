using System.Security.Cryptography;
using Wippy.ServiceDefaults;
using Wippy.Shared.Channels;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.TerminalHost;

/// <summary>
/// <c>wippy connect</c>: joins a running deployment as a terminal node and runs one of its programs on this console, or those that are
/// named at a prompt. The app comes from the system node.
/// </summary>
internal static class ConnectCommand
{
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(RunArguments arguments, string? file)
    {
        var (opened, problem) = await DeploymentAccess.OpenAsync(file);
        if (opened is not var (connect, channels, keys, app)) return Fail(problem!);
        TerminalProgram? program = null;
        if (arguments.NamesProgram)
        {
            program = arguments.FindProgram(app, out var error);
            if (program is null) return Fail(error!.Message);
        }

        var name = $"connect.{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        using var telemetry = connect.Otlp is { } otlp ? ProgramTelemetry.Start("terminal", name, new Uri(otlp), connect.OtlpHeaders) : null;
        using var loggers = ConsoleLogging.Create(hasProgram: true, arguments.Logs);
        var terminal = new ConsoleTerminal(program?.Arguments ?? []);
        var options = new RuntimeOptions { NodeName = name, Zone = Zone.Terminal };
        await using var runtime = new Runtime(options, app, TerminalNatives.Create(), TimeProvider.System, loggers, terminal);
        await using var deployment = new Deployment(runtime.Node, channels, keys);
        using var session = new TerminalSession(runtime, terminal);
        runtime.Start();
        if (await JoinAsync(deployment, runtime, app) is { } missing) return Fail($"the deployment at {connect.System} has no {missing} node, waited {JoinLimit.TotalSeconds:0} s for one");
        return program is null ? await session.RunPromptAsync() : await session.RunProgramAsync(program);
    }

    // Joined: the names are known, and each zone that the app has hosts in can be reached. Otherwise what is missing.
    private static async Task<string?> JoinAsync(Deployment deployment, Runtime runtime, Snapshot app)
    {
        var wanted = app.Hosts.Select(host => host.Zone).Append(Zone.System).Where(zone => zone != Zone.Terminal).ToHashSet();
        IEnumerable<Zone> Missing() => wanted.Except(runtime.Node.Peers.Values.Select(peer => peer.Zone));
        var complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (!Missing().Any()) complete.TrySetResult();
        }
        deployment.Changed += (_, _) => Look();
        await deployment.StartAsync();
        Look();
        try
        {
            await Task.WhenAll(deployment.Joined, complete.Task).WaitAsync(JoinLimit);
            return null;
        }
        catch (TimeoutException)
        {
            return string.Join(" or ", Missing().DefaultIfEmpty(Zone.System).Order().Select(zone => zone.ToText()));
        }
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine($"wippy: {message}");
        return ExitCodes.Failure;
    }
}
