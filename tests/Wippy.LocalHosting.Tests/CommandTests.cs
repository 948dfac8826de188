using static Wippy.LocalHosting.Tests.TestApplication;

namespace Wippy.LocalHosting.Tests;

public sealed class CommandTests
{
    [Fact]
    public async Task StopThenStart_RunningResource_GetsANewProcessUnderTheSameId()
    {
        await using var app = await StartAsync(builder => builder.AddScript("script", "exec sleep 1000"));
        var before = await app.WaitAsync("script", KnownResourceStates.Running);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("script", KnownResourceCommands.StopCommand)).Success);
        var stopped = app.Replicas("script").Single();
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("script", KnownResourceCommands.StartCommand)).Success);
        var after = await app.WaitAsync("script", KnownResourceStates.Running);

        Assert.Equal(KnownResourceStates.Exited, stopped.Snapshot.State?.Text);
        Assert.Equal(before.ResourceId, after.ResourceId);
        Assert.NotEqual(before.Pid(), after.Pid());
        Assert.Null(after.Snapshot.ExitCode);
    }

    [Fact]
    public async Task Start_AsSoonAsTheEndIsSeen_Succeeds()
    {
        await using var app = await StartAsync(builder => builder.AddScript("script", "exit 1"));

        for (var run = 0; run < 5; run++)
        {
            await app.WaitAsync("script", KnownResourceStates.Exited);
            Assert.True((await app.ResourceCommands.ExecuteCommandAsync("script", KnownResourceCommands.StartCommand)).Success);
        }
    }

    [Fact]
    public async Task Restart_RunningResource_GetsANewProcess()
    {
        await using var app = await StartAsync(builder => builder.AddScript("script", "exec sleep 1000"));
        var before = await app.WaitAsync("script", KnownResourceStates.Running);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync(before.ResourceId, KnownResourceCommands.RestartCommand)).Success);

        Assert.NotEqual(before.Pid(), (await app.WaitAsync("script", KnownResourceStates.Running)).Pid());
    }

    [Fact]
    public async Task Start_RunningResource_IsRefused()
    {
        await using var app = await StartAsync(builder => builder.AddScript("script", "exec sleep 1000"));
        await app.WaitAsync("script", KnownResourceStates.Running);

        var result = await app.ResourceCommands.ExecuteCommandAsync("script", KnownResourceCommands.StartCommand);

        Assert.False(result.Success);
        Assert.Contains("running", result.Message);
    }

    [Fact]
    public async Task Start_StoppedApplication_IsRefused()
    {
        await using var app = await StartAsync(builder => builder.AddScript("script", "exec sleep 1000").WithExplicitStart());
        await app.StopAsync();

        Assert.False((await app.ResourceCommands.ExecuteCommandAsync("script", KnownResourceCommands.StartCommand)).Success);
        Assert.Equal(KnownResourceStates.NotStarted, app.Replicas("script").Single().Snapshot.State?.Text);
    }

    [Fact]
    public async Task WithExplicitStart_Resource_StartsOnCommandOnly()
    {
        await using var app = await StartAsync(builder => builder.AddScript("script", "exec sleep 1000").WithExplicitStart());
        Assert.Equal(KnownResourceStates.NotStarted, app.Replicas("script").Single().Snapshot.State?.Text);

        await app.ResourceCommands.ExecuteCommandAsync("script", KnownResourceCommands.StartCommand);

        await app.WaitAsync("script", KnownResourceStates.Running);
    }

    [Theory]
    [InlineData("exit 7", "Exited", 7)]
    [InlineData("exit 0", "Finished", 0)]
    [InlineData("kill -KILL $$", "Exited", 137)]
    public async Task Start_ProcessThatEnds_IsNotStartedAgain(string script, string state, int exitCode)
    {
        await using var app = await StartAsync(builder => builder.AddScript("script", script));

        var ended = await app.WaitAsync("script", state);
        await app.StopAsync();

        Assert.Equal(exitCode, ended.Snapshot.ExitCode);
        Assert.Equal(ended.Snapshot, app.Replicas("script").Single().Snapshot);
    }

    [Fact]
    public async Task Stop_WaitingResource_GivesUpTheStart()
    {
        await using var app = await StartAsync(builder =>
            builder.AddScript("script", "true").WaitFor(builder.AddScript("never", "true").WithExplicitStart()));
        await app.WaitAsync("script", KnownResourceStates.Waiting);

        await app.ResourceCommands.ExecuteCommandAsync("script", KnownResourceCommands.StopCommand);

        Assert.Equal(KnownResourceStates.NotStarted, app.Replicas("script").Single().Snapshot.State?.Text);
    }

    [Fact]
    public async Task ExecuteCommandAsync_NameOfSeveralReplicas_AsksForOne()
    {
        await using var app = await StartAsync(builder => builder.AddService("service").WithReplicas(2).WithExplicitStart());

        var result = await app.ResourceCommands.ExecuteCommandAsync("service", KnownResourceCommands.StartCommand);

        Assert.False(result.Success);
        Assert.All(app.Replicas("service"), replica => Assert.Contains(replica.ResourceId, result.Message));
    }

    [Theory]
    [InlineData("nobody", "resource-start", "'nobody' not found")]
    [InlineData("script", "dance", "no command 'dance'")]
    [InlineData("script", "fail", "no luck")]
    public async Task ExecuteCommandAsync_WhatCannotBeDone_IsAResult(string resource, string command, string message)
    {
        await using var app = await StartAsync(builder => builder.AddScript("script", "true").WithExplicitStart()
            .WithCommand("fail", "Fail", _ => throw new InvalidOperationException("no luck")));

        var result = await app.ResourceCommands.ExecuteCommandAsync(resource, command);

        Assert.False(result.Success);
        Assert.Contains(message, result.Message);
    }

    [Fact]
    public async Task WithCommand_Executed_IsToldTheReplicaAndShownWithItsState()
    {
        string? called = null;
        await using var app = await StartAsync(builder => builder.AddScript("script", "exec sleep 1000").WithCommand("greet", "Say hello", context =>
        {
            called = context.ResourceName;
            return Task.FromResult(CommandResults.Success());
        }, new CommandOptions
        {
            Description = "Greets.",
            UpdateState = context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
        }));
        var running = await app.WaitAsync("script", KnownResourceStates.Running);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("script", "greet")).Success);

        Assert.Equal(running.ResourceId, called);
        var shown = running.Snapshot.Commands.Single(command => command.Name == "greet");
        Assert.Equal((ResourceCommandState.Enabled, "Say hello", "Greets."), (shown.State, shown.DisplayName, shown.DisplayDescription));
        Assert.Equal(ResourceCommandState.Hidden, running.Snapshot.Commands.Single(command => command.Name == KnownResourceCommands.StartCommand).State);
        Assert.Equal(ResourceCommandState.Enabled, running.Snapshot.Commands.Single(command => command.Name == KnownResourceCommands.StopCommand).State);
    }
}
