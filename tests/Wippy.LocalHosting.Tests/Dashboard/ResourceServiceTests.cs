using Google.Protobuf.WellKnownTypes;
using Wippy.LocalHosting.Messages;
using HealthStatus = Wippy.LocalHosting.Messages.HealthStatus;

namespace Wippy.LocalHosting.Tests.Dashboard;

/// <summary>What the dashboard is told and can do, asked over the wire as the dashboard asks.</summary>
public sealed class ResourceServiceTests
{
    [Fact]
    public async Task WatchResources_RunningService_TellsStateHealthUrlsEnvironmentAndCommands()
    {
        await using var app = await TestApplication.StartAsync(builder =>
        {
            var secret = builder.AddParameter("password", "hunter2", secret: true);
            builder.AddService("web").WithEnvironment("PASSWORD", secret).WithEnvironment("PLAIN", "text");
        });
        await app.WaitHealthyAsync("web");
        await using var client = await ResourceClient.ConnectAsync(app);

        var update = await client.WatchResourcesAsync().FirstAsync();

        var web = update.All.Resources.Single(resource => resource.DisplayName == "web");
        Assert.StartsWith("web-", web.Name);
        Assert.Equal(("web", "Project", "Running"), (web.DisplayName, web.Type, web.State));
        Assert.True(web.HealthReports.Single().HasStatus);
        Assert.Equal(HealthStatus.Healthy, web.HealthReports.Single().Status);
        Assert.Equal(app.GetEndpoint("web").AbsoluteUri.TrimEnd('/'), web.Urls.Single().FullUrl);
        Assert.False(web.Urls.Single().IsInactive);
        Assert.Equal("text", web.Environment.Single(variable => variable.Name == "PLAIN").Value);
        Assert.Equal("******", web.Environment.Single(variable => variable.Name == "PASSWORD").Value);
        Assert.DoesNotContain("hunter2", update.ToString());
        Assert.Equal(
            [("resource-start", CommandState.Hidden), ("resource-stop", CommandState.Enabled), ("resource-restart", CommandState.Enabled)],
            web.Commands.Select(command => (command.Name, command.State)));
    }

    [Fact]
    public async Task WatchResources_Parameters_AreListedAndSecretsBlottedOut()
    {
        await using var app = await TestApplication.StartAsync(builder =>
        {
            builder.AddParameter("password", "hunter2", secret: true);
            builder.AddParameter("colour", "green");
            builder.AddParameter("unset");
        });
        await using var client = await ResourceClient.ConnectAsync(app);

        var update = await client.WatchResourcesAsync().FirstAsync();

        Assert.All(update.All.Resources, parameter => Assert.Equal("Parameter", parameter.Type));
        var parameters = update.All.Resources.ToDictionary(parameter => parameter.Name);
        Assert.Equal(("Running", "******", true), Shown(parameters["password"]));
        Assert.Equal(("Running", "green", false), Shown(parameters["colour"]));
        Assert.Equal("Value missing", parameters["unset"].State);
        Assert.Contains("Parameters:unset", Shown(parameters["unset"]).Value);
        Assert.DoesNotContain("hunter2", update.ToString());

        static (string State, string Value, bool IsSensitive) Shown(Messages.Resource parameter)
        {
            var value = parameter.Properties.Single(property => property.Name == "Value");
            return (parameter.State, value.Value.StringValue, value.IsSensitive);
        }
    }

    [Fact]
    public async Task WatchResources_ChangedResource_IsToldAgain()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddScript("idle", "exec sleep 1000"));
        await app.WaitAsync("idle", KnownResourceStates.Running);
        await using var client = await ResourceClient.ConnectAsync(app);
        await using var updates = client.WatchResourcesAsync().GetAsyncEnumerator();
        await updates.MoveNextAsync();

        await app.ResourceCommands.ExecuteCommandAsync("idle", KnownResourceCommands.StopCommand);

        var states = new List<string>();
        while (states.LastOrDefault() != "Exited" && await updates.MoveNextAsync())
            states.AddRange(updates.Current.Changes.Changes.Select(change => change.Changed.State));
        Assert.Equal("Exited", states.Last());
    }

    [Fact]
    public async Task WatchResources_Dependent_TellsItsRelationships()
    {
        await using var app = await TestApplication.StartAsync(builder =>
            builder.AddScript("second", "exec sleep 1000").WaitFor(builder.AddScript("first", "exec sleep 1000")));
        await using var client = await ResourceClient.ConnectAsync(app);

        var update = await client.WatchResourcesAsync().FirstAsync();

        var relationship = Assert.Single(update.All.Resources.Single(resource => resource.DisplayName == "second").Relationships);
        Assert.Equal(("first", "WaitFor"), (relationship.ResourceName, relationship.Type));
    }

    [Fact]
    public async Task WatchResourceConsoleLogs_EndedProcess_GivesTheHistoryWithTimes()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddScript("talker", "echo out; echo err >&2"));
        await app.WaitAsync("talker", KnownResourceStates.Finished);
        await using var client = await ResourceClient.ConnectAsync(app);
        var request = new ConsoleLogsRequest { ResourceName = app.Replicas("talker").Single().ResourceId, SuppressFollow = true };

        var lines = (await client.Stream("WatchResourceConsoleLogs", request, ConsoleLogsUpdate.Parser).ToListAsync()).SelectMany(update => update.Lines).ToList();

        Assert.False(lines.Single(line => line.Text.EndsWith("Z out")).IsError);
        Assert.True(lines.Single(line => line.Text.EndsWith("Z err")).IsError);
        Assert.DoesNotContain(lines, line => line.Text.Contains("Environment: "));
        Assert.Equal(lines.OrderBy(line => line.Number), lines);
    }

    [Fact]
    public async Task WatchResourceConsoleLogs_Following_GivesNewLines()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddScript("talker", "echo again").WithExplicitStart());
        await using var client = await ResourceClient.ConnectAsync(app);
        var id = app.Replicas("talker").Single().ResourceId;
        var first = client.Stream("WatchResourceConsoleLogs", new ConsoleLogsRequest { ResourceName = id }, ConsoleLogsUpdate.Parser)
            .SelectMany(update => update.Lines.ToAsyncEnumerable()).FirstAsync(line => line.Text.EndsWith("Z again"));

        await app.ResourceCommands.ExecuteCommandAsync(id, KnownResourceCommands.StartCommand);

        Assert.EndsWith("again", (await first).Text);
    }

    [Theory]
    [InlineData("resource-stop", "Succeeded", "")]
    [InlineData("resource-fly", "Failed", "has no command 'resource-fly'")]
    public async Task ExecuteResourceCommand_GivesTheOutcome(string command, string outcome, string error)
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddScript("idle", "exec sleep 1000"));
        await app.WaitAsync("idle", KnownResourceStates.Running);
        await using var client = await ResourceClient.ConnectAsync(app);
        var request = new CommandRequest { ResourceName = app.Replicas("idle").Single().ResourceId, CommandName = command };

        var response = await client.Stream("ExecuteResourceCommand", request, CommandResponse.Parser).FirstAsync();

        Assert.Equal(outcome, response.Outcome.ToString());
        Assert.Contains(error, response.ErrorMessage);
    }

    [Fact]
    public async Task Call_WithoutTheKey_IsRefused()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddScript("idle", "exec sleep 1000"));
        await using var client = await ResourceClient.ConnectAsync(app, key: "guess");

        Assert.Equal("16", await client.StatusAsync("WatchResources", new Empty()));
    }

    [Fact]
    public async Task Call_OfAnUnknownMethod_IsUnimplemented()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddScript("idle", "exec sleep 1000"));
        await using var client = await ResourceClient.ConnectAsync(app);

        Assert.Equal("12", await client.StatusAsync("Guess", new Empty()));
    }
}
