using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Tests.Processes;

public class RelationsTests
{
    private static readonly Pid One = new("", "app:h", 1);
    private static readonly Pid Two = new("", "app:h", 2);

    [Fact]
    public void StartWatching_Twice_AlreadyMonitoring()
    {
        var relations = new Relations();
        Assert.Null(relations.StartWatching(One));
        Assert.Same(ProcessErrors.AlreadyMonitoring, relations.StartWatching(One));
        relations.StopWatching(One);
        Assert.Null(relations.StartWatching(One));
    }

    [Fact]
    public void TryAddLink_Twice_IsOneLink()
    {
        var relations = new Relations();
        Assert.True(relations.TryAddLink(One));
        Assert.True(relations.TryAddLink(One));
        Assert.True(relations.RemoveLink(One));
        Assert.False(relations.RemoveLink(One));
    }

    [Fact]
    public void Close_WithRelations_GivesThemAllAndRefusesNewOnes()
    {
        var relations = new Relations();
        relations.TryAddWatcher(One);
        relations.StartWatching(Two);
        relations.TryAddLink(One);
        relations.TryAddLink(Two);

        var related = relations.Close();
        Assert.Equal([One], related.Watchers);
        Assert.Equal([Two], related.Watching);
        Assert.Equal([One, Two], related.Links.Order(Comparer<Pid>.Create((a, b) => a.Number.CompareTo(b.Number))));

        Assert.False(relations.TryAddWatcher(One));
        Assert.False(relations.TryAddLink(One));
        Assert.Same(ProcessErrors.NotRegistered, relations.StartWatching(One));
        Assert.Empty(relations.Close().Watchers);
    }

    [Fact]
    public void Link_BetweenProcesses_IsDissolvedByANormalEndOfEither()
    {
        using var node = new ScriptedNode();
        var a = node.Spawn();
        var b = node.Spawn();
        Assert.Null(node.Perform(AskKind.Link, a, b.Process.Pid));
        b.OnStep = _ => Progress.Done;
        b.Process.Wake();
        node.Test.Scheduler.RunUntilIdle();
        Assert.Empty(a.Received);
        Assert.Empty(a.Process.Relations.Snapshot().Links);
    }

    [Fact]
    public void Link_FailureOfOne_TellsTheOtherOnce()
    {
        using var node = new ScriptedNode();
        var a = node.Spawn();
        var b = node.Spawn();
        node.Perform(AskKind.Link, a, b.Process.Pid);
        node.Perform(AskKind.Link, b, a.Process.Pid);
        b.Process.End(ProcessErrors.Terminated);
        node.Test.Scheduler.RunUntilIdle();
        var signal = Assert.IsType<Signal>(Assert.Single(a.Received));
        Assert.Equal((SignalKind.LinkDown, b.Process.Pid), (signal.Kind, signal.From));
        Assert.Same(ProcessErrors.Terminated, signal.Result!.Error);
    }

    [Fact]
    public void Monitor_WatcherEnds_WatchedForgetsIt()
    {
        using var node = new ScriptedNode();
        var watcher = node.Spawn();
        var watched = node.Spawn();
        Assert.Null(node.Perform(AskKind.Monitor, watcher, watched.Process.Pid));
        watcher.Process.End(ProcessErrors.Terminated);
        node.Test.Scheduler.RunUntilIdle();
        Assert.Empty(watched.Process.Relations.Snapshot().Watchers);
        Assert.Empty(watched.Received);
    }

    [Fact]
    public void Ask_AboutADeadProcess_LeavesNothingBehind()
    {
        using var node = new ScriptedNode();
        var a = node.Spawn();
        var dead = new Pid("", "app:user", 0xfffff);
        Assert.Same(ProcessErrors.NotRegistered, node.Perform(AskKind.Monitor, a, dead));
        Assert.Same(ProcessErrors.NotRegistered, node.Perform(AskKind.Link, a, dead));
        Assert.Null(node.Perform(AskKind.Unmonitor, a, dead));
        Assert.Null(node.Perform(AskKind.Unlink, a, dead));
        Assert.Equal("process not found", node.Perform(AskKind.Cancel, a, dead)!.Message);
        Assert.Equal(ErrorKind.Internal, node.Perform(AskKind.Terminate, a, dead)!.Kind);
        var related = a.Process.Relations.Snapshot();
        Assert.Empty(related.Watching);
        Assert.Empty(related.Links);
    }

    [Fact]
    public void SpawnLinked_ParentIsGone_ChildIsToldThatItsLinkFailed()
    {
        using var node = new ScriptedNode();
        var child = node.Spawn(parent: new Pid("", "app:user", 0xfffff), monitor: true, link: true);
        var signal = Assert.IsType<Signal>(Assert.Single(child.Received));
        Assert.Equal(SignalKind.LinkDown, signal.Kind);
    }

    [Fact]
    public void NodeDown_RelationsWithThatNode_FireWithUnavailable()
    {
        using var node = new ScriptedNode();
        var a = node.Spawn();
        var there = new Pid("mars", "app:user", 7);
        var elsewhere = new Pid("venus", "app:user", 7);
        foreach (var pid in (Pid[])[there, elsewhere])
        {
            a.Process.Relations.StartWatching(pid);
            a.Process.Relations.TryAddLink(pid);
            a.Process.Relations.TryAddWatcher(pid);
        }
        node.Node.Router.NodeDown("mars");
        node.Test.Scheduler.RunUntilIdle();
        Assert.Equal([SignalKind.Exit, SignalKind.LinkDown], a.Received.Cast<Signal>().Select(s => s.Kind));
        Assert.All(a.Received.Cast<Signal>(), s =>
        {
            Assert.Equal(there, s.From);
            Assert.Equal((ErrorKind.Unavailable, "node down: mars"), (s.Result!.Error!.Kind, s.Result.Error.Message));
        });
        var left = a.Process.Relations.Snapshot();
        Assert.Equal([elsewhere], left.Watching);
        Assert.Equal([elsewhere], left.Links);
        Assert.Equal([elsewhere], left.Watchers);
    }
}
