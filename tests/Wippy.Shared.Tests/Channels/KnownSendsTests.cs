using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

public sealed class KnownSendsTests : IAsyncLifetime
{
    private readonly TestService _service = new("system-1", new ChannelOptions { Zone = Zone.System }, TestService.App(TestNode.Lua("sink", "return { main = function() process.inbox():receive() end }")));
    private readonly KnownSends _sends = new();
    private Process _target = null!;

    private ChannelPolicy Policy => _service.Node.ChannelPolicy;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Assert.True(_service.Node.Processes.TryGet(await _service.SpawnAsync("sink", "system"), out _target!));

    /// <inheritdoc/>
    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public void Find_SameBeginning_IsKnownWhateverFollows()
    {
        _sends.Add(Send([1, 2, 3]));

        Assert.Same(_target, _sends.Find([1, 2, 3, 4], Policy)!.Target);
        Assert.Same(_target, _sends.Find([1, 2, 3], Policy)!.Target);
        Assert.Null(_sends.Find([1, 2], Policy));
        Assert.Null(_sends.Find([1, 2, 4, 3], Policy));
    }

    [Fact]
    public void Find_MoreThanItKeeps_TheOldestAreForgotten()
    {
        for (byte i = 0; i < 9; i++) _sends.Add(Send([i]));

        Assert.Null(_sends.Find([0], Policy));
        for (byte i = 1; i < 9; i++) Assert.NotNull(_sends.Find([i], Policy));
    }

    [Fact]
    public void Find_OtherPolicies_AreAsked()
    {
        _sends.Add(Send([1]));

        Assert.Null(_sends.Find([1], new ChannelPolicy(_service.Node.Policies)));
        Assert.Null(_sends.Find([1], Policy));
    }

    [Fact]
    public async Task Find_TargetHasEnded_IsNotKnown()
    {
        _sends.Add(Send([1]));
        var end = _service.EndOf(_target.Pid);

        _target.End(ProcessErrors.Terminated);
        await end.WaitAsync(TestService.Patience);

        Assert.Null(_sends.Find([1], Policy));
    }

    [Fact]
    public void Find_TargetRunsAnotherEntry_IsNotKnown()
    {
        _sends.Add(Send([1]) with { TargetEntry = new EntryId("app", "before the upgrade") });

        Assert.Null(_sends.Find([1], Policy));
    }

    private KnownSends.Send Send(byte[] head) => new(head, Policy, Pid.None, Topic.Of("t"), _target, _target.Entry);
}
