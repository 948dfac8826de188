using Wippy.Shared.Hosting;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Hosting;

/// <summary>What <c>wippy check --can</c> explains, on the sample whose policy says who may ask what.</summary>
public class SendCheckTests
{
    private static readonly Wippy.Shared.Registry.Snapshot Quota = App.Load(Repository.PathOf("samples/10-quota")).Snapshot!;

    [Theory]
    [InlineData("app.user:guests", "app.system:quota", "quota.get", true, "app.system:ask_quota")]
    [InlineData("app.user:guest@app.user:guests", "app.system:quota_service", "quota.get", true, "app.system:ask_quota")]
    [InlineData("app.user:guests", "app.system:quota", "quota.set", false, "channel:user-system")]
    [InlineData("app.user:guests", "app.system:ledger", "quota.get", false, "channel:user-system")]
    [InlineData("app.user:guests", "app.system:system", "quota.get", false, "channel:user-system")]
    [InlineData("app.system:quota", "app.user:guests", "anything", true, "the default, no policy is declared")]
    [InlineData("app.user:guests", "app:terminal", "report", true, "the default, no policy is declared")]
    [InlineData("app:ask@app:terminal", "app.system:ledger", "anything", true, "the default, no policy is declared")]
    public void Ask_BetweenZones_NamesWhoDecides(string from, string to, string topic, bool allowed, string decidedBy)
    {
        var answer = SendCheck.Ask(Quota, strict: false, from, to, topic, out var problem);
        Assert.Null(problem);
        Assert.Equal(allowed, answer!.IsAllowed);
        Assert.StartsWith(allowed ? "allowed between the zones" : "denied between the zones", answer.Lines[^1]);
        Assert.EndsWith($": {decidedBy}", answer.Lines[^1]);
    }

    [Theory]
    [InlineData("app.user:guest", "app.system:quota", "on which host does app.user:guest run? Write app.user:guest@HOST")]
    [InlineData("nobody", "app.system:quota", "expected a service, a host, a process, or PROCESS@HOST, got 'nobody'")]
    [InlineData("app:a@app:b@app:c", "app.system:quota", "expected a service, a host, a process, or PROCESS@HOST, got 'app:a@app:b@app:c'")]
    [InlineData("app.user:guests", "app:nothing", "no service, host or process 'app:nothing'")]
    [InlineData("app.user:guest@app:nothing", "app.system:quota", "no host 'app:nothing'")]
    public void Ask_UnknownParty_SaysWhatIsWrong(string from, string to, string expected)
    {
        Assert.Null(SendCheck.Ask(Quota, strict: false, from, to, "t", out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Ask_RulesOfTheSender_AreAskedToo()
    {
        using var app = new TempFolder().With("_index.yaml", """
            namespace: app
            entries:
              - {name: users, kind: process.host, policies: [send_ok]}
              - {name: others, kind: process.host}
              - {name: p, kind: process.lua, source: "return 1"}
              - {name: send_ok, kind: security.policy, policy: {actions: process.send, resources: "{app:users|*", effect: allow}}
              - {name: quiet, kind: process.service, process: p, host: others, lifecycle: {security: {actor: {id: "service:quiet"}, policies: [nothing]}}}
              - {name: nothing, kind: security.policy, policy: {actions: other, resources: "*", effect: allow}}
            """);
        var snapshot = App.Load(app.Path).Snapshot!;
        Assert.Equal("allowed by the rules of the sender: app:send_ok", Rules("app:users", "app:users"));
        Assert.Equal("denied by the rules of the sender: no policy of host app:users", Rules("app:users", "app:others"));
        Assert.Equal("denied by the rules of the sender: no policy of its scope", Rules("app:quiet", "app:users"));
        Assert.Equal("allowed by the rules of the sender: wippy:user_everything", Rules("app:others", "app:users"));
        Assert.Equal("denied by the rules of the sender: strict mode", Rules("app:others", "app:users", strict: true));

        string Rules(string from, string to, bool strict = false) => SendCheck.Ask(snapshot, strict, from, to, "t", out _)!.Lines[2];
    }
}
