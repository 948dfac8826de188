using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Shared.Tests.Channels;

public class AllowedSendsTests
{
    private static readonly AllowedSends.Key Known = new("app:user", "app:worker", new Pid("system", "app:system", 7), EntryId.Parse("app:sink"), Topic.Of("counts"));

    [Fact]
    public void Contains_SameSendAndPolicies_IsRemembered()
    {
        var (sends, policy) = (new AllowedSends(), Policies());
        Assert.False(sends.Contains(policy, Known));
        sends.Add(Known);
        Assert.True(sends.Contains(policy, Known with { Topic = Topic.Of("counts") }));
    }

    [Fact]
    public void Contains_AnythingElseAboutTheSend_IsAskedAgain()
    {
        var (sends, policy) = (new AllowedSends(), Policies());
        Assert.False(sends.Contains(policy, Known));
        sends.Add(Known);
        Assert.True(sends.Contains(policy, Known));   // the one that is compared first from now on
        Assert.False(sends.Contains(policy, Known with { FromHost = "app:other" }));
        Assert.False(sends.Contains(policy, Known with { FromEntry = "app:other" }));
        Assert.False(sends.Contains(policy, Known with { To = Known.To with { Number = 8 } }));
        Assert.False(sends.Contains(policy, Known with { ToEntry = null }));
        Assert.False(sends.Contains(policy, Known with { Topic = Topic.Of("other") }));
    }

    [Fact]
    public void Contains_PoliciesReplaced_ForgetsAll()
    {
        var (sends, policy) = (new AllowedSends(), Policies());
        Assert.False(sends.Contains(policy, Known));
        sends.Add(Known);
        Assert.True(sends.Contains(policy, Known));   // the one that is compared first from now on
        Assert.False(sends.Contains(Policies(), Known));
    }

    [Fact]
    public void Add_SendsWithoutEnd_StaysBounded()
    {
        var (sends, policy) = (new AllowedSends(), Policies());
        Assert.False(sends.Contains(policy, Known));
        for (var i = 1ul; i <= 5000; i++) sends.Add(Known with { To = Known.To with { Number = i } });
        Assert.InRange(Enumerable.Range(1, 5000).Count(i => sends.Contains(policy, Known with { To = Known.To with { Number = (ulong)i } })), 1, 1024);
    }

    private static ChannelPolicy Policies() =>
        new(PolicyCatalog.Compile(Snapshot.FromDeclared(System.Collections.Immutable.ImmutableSortedDictionary<EntryId, Entry>.Empty)));
}
