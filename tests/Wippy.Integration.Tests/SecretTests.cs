using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Wippy.Integration.Tests;

/// <summary>Where the keys of the zones, the token of the observer and the certificates' keys are not to be seen, with encrypted channels.</summary>
public sealed class SecretTests : IAsyncLifetime
{
    private static readonly string[] All = ["certificate-system", "certificate-user", "key-system-terminal", "key-system-user", "key-user-terminal", "key-user-user", "observer-token"];

    private readonly RunningDeployment _deployment = new(["--Tls", "true"]);

    /// <inheritdoc/>
    public Task InitializeAsync() => _deployment.InitializeAsync();

    /// <inheritdoc/>
    public Task DisposeAsync() => _deployment.DisposeAsync();

    [Fact]
    public async Task Secrets_RunningDeployment_AreInNoLogAndNoProcessList()
    {
        _deployment.Folder.With("few.txt", "one two one");
        var count = await _deployment.ConnectAsync("count", "--", Path.Combine(_deployment.Folder.Path, "few.txt"));
        Assert.Equal(("2 one\n1 two\n", 0), (count.Output, count.ExitCode));
        var secrets = await SecretsAsync(_deployment.App.Services.GetRequiredService<DistributedApplicationModel>());
        var seen = new StringBuilder(count.Errors);
        foreach (var service in RunningDeployment.Services)
        {
            var pid = await _deployment.WaitHealthyAsync(service);
            // They reach the service by its environment, which only its own user can read, and by nothing else.
            seen.AppendJoin('\n', await _deployment.LogUntilAsync(service, service == "terminal" ? "node joined: user." : "node joined: connect."));
            if (OperatingSystem.IsLinux()) seen.Append(await File.ReadAllTextAsync($"/proc/{pid}/cmdline"));
        }

        var text = seen.ToString();
        Assert.Contains("Environment: Wippy__Keys__SystemUser=******", text);
        Assert.Contains("Environment: Wippy__Channel__Tls__Certificate=******", text);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret.Value, text));
        Assert.All(secrets, secret => Assert.DoesNotContain(Convert.ToHexString(Encoding.UTF8.GetBytes(secret.Value)), text));
    }

    [Fact]
    public async Task Secrets_NextRun_AreOthers()
    {
        var first = await SecretsAsync(_deployment.App.Services.GetRequiredService<DistributedApplicationModel>());
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Wippy_AppHost>(["--Tls", "true"]);
        await using var next = await builder.BuildAsync();
        var second = await SecretsAsync(next.Services.GetRequiredService<DistributedApplicationModel>());

        Assert.Equal(All, first.Keys);
        Assert.Equal(All, second.Keys);
        Assert.Empty(first.Values.Intersect(second.Values));
    }

    private static async Task<SortedDictionary<string, string>> SecretsAsync(DistributedApplicationModel model)
    {
        var secrets = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in model.Resources.OfType<ParameterResource>())
        {
            Assert.True(parameter.Secret, parameter.Name);   // so the dashboard blots it out wherever it would show it
            secrets.Add(parameter.Name, (await parameter.GetValueAsync(default))!);
        }
        return secrets;
    }
}
