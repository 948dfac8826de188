using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.Security;
using Wippy.Shared.Tests.Security;

namespace Wippy.Shared.Tests.Channels;

public class IssuedActorsTests
{
    private static readonly PolicyCatalog Nobody = SecurityApp.Catalog("  - {name: x, kind: registry.entry}");
    private static readonly PolicyCatalog Guests = SecurityApp.Catalog("  - {name: x, kind: security.zone, zone: user, speaks_for: [\"guest:*\", anonymous]}");
    private static readonly IReadOnlyDictionary<string, object?> Admin = SecurityApp.Map("{role: admin}");

    [Theory]
    [InlineData("guest:7", true)]
    [InlineData("anonymous", true)]
    [InlineData("guest", false)]
    [InlineData("anonymous2", false)]
    public void Believe_UserZone_ThoseItSpeaksForWithoutAttributes(string id, bool believed)
    {
        var actor = new IssuedActors().Believe(new Actor(id, Admin), Zone.User, Guests);
        Assert.Equal(believed ? id : null, actor?.Id);
        Assert.Empty(actor?.Meta ?? new Dictionary<string, object?>());
        Assert.Null(new IssuedActors().Believe(new Actor(id, Admin), Zone.User, Nobody));
    }

    [Fact]
    public void Believe_Issued_AsItWasIssued()
    {
        var issued = new IssuedActors();
        var clerk = new Actor("clerk", SecurityApp.Map("{role: clerk}"));
        issued.Issue(clerk);
        Assert.Same(clerk, issued.Believe(new Actor("clerk", Admin), Zone.User, Nobody));
        Assert.Null(issued.Believe(new Actor("boss", Admin), Zone.User, Nobody));
        Assert.Null(issued.Believe(null, Zone.User, Nobody));
    }

    [Fact]
    public void Believe_TrustedZones_WhomTheyName()
    {
        var boss = new Actor("boss", Admin);
        Assert.Same(boss, new IssuedActors().Believe(boss, Zone.System, Nobody));
        Assert.Same(boss, new IssuedActors().Believe(boss, Zone.Terminal, Nobody));
    }

    [Fact]
    public void Issue_MoreThanTheBound_TheRestIsNotSpokenFor()
    {
        var issued = new IssuedActors();
        for (var i = 0; i <= IssuedActors.MaxActors; i++) issued.Issue(new Actor($"a{i}"));
        Assert.NotNull(issued.Believe(new Actor("a0"), Zone.User, Nobody));
        Assert.Null(issued.Believe(new Actor($"a{IssuedActors.MaxActors}"), Zone.User, Nobody));
    }
}
