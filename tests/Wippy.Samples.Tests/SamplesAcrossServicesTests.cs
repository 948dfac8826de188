using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;

namespace Wippy.Samples.Tests;

/// <summary>
/// Samples print the same when their zones are services of their own: a system and a user service run here, and <c>wippy connect</c>, which is
/// another operating-system process, runs the program.
/// </summary>
public sealed class SamplesAcrossServicesTests : IAsyncLifetime
{
    private const string ToldNobody = "it prints what a send answers whose refusal depends on the receiver: that is known on the receiver's node only, which counts and logs it";

    // What is not run like this, and why.
    private static readonly Dictionary<string, string> Excluded = new()
    {
        ["01-hello"] = "it prints its PID, which names its node",
        ["07-denied"] = ToldNobody,
        ["09-http"] = "a web server prints nothing; HttpAcrossNodesTests",
        ["10-quota"] = ToldNobody,
        ["wordcount"] = "the AppHost's tests run it",
    };

    private readonly TempFolder _folder = new();
    private readonly List<RuntimeService> _services = [];

    public static TheoryData<string> Samples() => new(SampleTests.Folders.Where(name => !Excluded.ContainsKey(name)));

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Command_OfReadme_PrintsTheSameAcrossServices(string sample)
    {
        var connectFile = Path.Combine(_folder.Path, "connect.json");
        var keys = new[] { "SystemUser", "SystemTerminal", "UserTerminal", "UserUser" }.Select(key => KeyValuePair.Create($"Wippy:Keys:{key}", (string?)Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)))).ToList();
        await StartAsync(Zone.System, sample, [.. keys, new("Wippy:ConnectFile", connectFile)]);
        await StartAsync(Zone.User, sample, [.. keys, new("services:system:channel:0", ConnectFile.Read(connectFile, out _)!.System)]);

        var words = SampleTests.Console(sample).Command[2..];
        var result = await WippyProcess.RunAsync(["connect", "--file", connectFile, .. words]);

        Assert.Equal((SampleTests.ExpectedOutput(sample), 0), (result.Output, result.ExitCode));
    }

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_services))
        {
            await service.StopAsync(CancellationToken.None);
            await service.DisposeAsync();
        }
        _folder.Dispose();
    }

    private async Task StartAsync(Zone zone, string sample, List<KeyValuePair<string, string?>> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([.. settings, new("Wippy:App", Repository.PathOf($"samples/{sample}"))]).Build();
        var service = new RuntimeService(
            ServiceSettings.From(configuration, zone),
            configuration,
            new NativeProcesses(),
            TimeProvider.System,
            NullLoggerFactory.Instance,
            new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance));
        _services.Add(service);
        await service.StartAsync(CancellationToken.None);
    }
}
