using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Tests.Processes;

public class ProcessHostTests
{
    private static readonly Entry SmallHost = new(
        new EntryId("app", "small"),
        EntryKinds.ProcessHost,
        data: new Dictionary<string, object?> { ["host"] = new Dictionary<string, object?> { ["max_processes"] = 2L } });

    [Fact]
    public void Spawn_MoreThanAllowed_LimitExceededUntilOneEnds()
    {
        using var node = new ScriptedNode(null, SmallHost);
        var first = node.Spawn("small");
        node.Spawn("small");
        var refused = Assert.Single(node.Start("small"));
        Assert.Equal((ErrorKind.LimitExceeded, "max processes limit exceeded"), (refused.Error!.Kind, refused.Error.Message));
        Assert.Equal(2, Host(node, "small").Count);

        first.Process.End(ProcessErrors.Terminated);
        node.Test.Scheduler.RunUntilIdle();
        var accepted = node.Start("small");
        node.Test.Scheduler.RunUntilIdle();
        Assert.Null(Assert.Single(accepted).Error);
    }

    [Fact]
    public void Spawn_HostNotStarted_Unavailable()
    {
        using var node = new ScriptedNode();
        var host = new ProcessHost(node.Node, Host(node, "user").Spec with { Id = new EntryId("app", "late") }, node.Test.Scheduler);
        node.Node.AddHost(host);
        var (_, error) = Assert.Single(node.Start("late"));
        Assert.Equal((ErrorKind.Unavailable, "host is not running"), (error!.Kind, error.Message));
        host.Start();
        Assert.Equal(HostState.Running, host.State);
    }

    [Fact]
    public async Task StopAsync_ProcessesThatListen_EndByThemselves()
    {
        using var node = new ScriptedNode();
        var polite = node.Spawn();
        polite.OnStep = self =>
        {
            self.TakeMail();
            return self.Received.OfType<Signal>().Any(s => s is { Kind: SignalKind.Cancel, Reason: "scheduler shutdown" } && s.From.IsNone) ? Progress.Done : Progress.Idle;
        };
        var ended = polite.Process.WhenEnded();
        var stopped = Host(node, "user").StopAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("host is shutting down", Assert.Single(node.Start()).Error!.Message);
        node.Test.Scheduler.RunUntilIdle();
        await stopped;
        Assert.Null((await ended).Error);
        Assert.Equal(HostState.Stopped, Host(node, "user").State);
    }

    [Fact]
    public async Task StopAsync_ProcessThatDoesNotListen_IsEndedByForceAfterTheTimeAllowed()
    {
        using var node = new ScriptedNode();
        var deaf = node.Spawn();
        var ended = deaf.Process.WhenEnded();
        var stopped = Host(node, "user").StopAsync(TimeSpan.FromSeconds(10));
        node.Test.Scheduler.RunUntilIdle();
        node.Test.Clock.Advance(TimeSpan.FromSeconds(9));
        node.Test.Scheduler.RunUntilIdle();
        Assert.Equal(ProcessState.Idle, deaf.Process.State);

        node.Test.Clock.Advance(TimeSpan.FromSeconds(1));
        while (!deaf.Process.IsEnding) await Task.Yield();   // the continuation of the wait runs on the pool
        node.Test.Scheduler.RunUntilIdle();
        await stopped;
        Assert.Equal("process terminated", (await ended).Error!.Message);
        Assert.Equal(0, Host(node, "user").Count);
    }

    [Fact]
    public async Task StopAsync_EmptyHost_IsStoppedAtOnce()
    {
        using var node = new ScriptedNode();
        await Host(node, "system").StopAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(HostState.Stopped, Host(node, "system").State);
    }

    private static ProcessHost Host(ScriptedNode node, string name)
    {
        Assert.True(node.Node.TryGetHost(new EntryId("app", name), out var host));
        return host!;
    }
}
