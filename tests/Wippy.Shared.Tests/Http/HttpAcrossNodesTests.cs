using System.Net;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Http;

/// <summary>The server is on the system node, handlers are on the node of their zone.</summary>
public class HttpAcrossNodesTests
{
    [Fact]
    public async Task Handler_OfUserZone_RunsOnTheUserNode()
    {
        var snapshot = Snapshot.FromDeclared(HttpApp.Entries(null,
            [
                .. HttpApp.Endpoint("user", "POST", "/user/{id}", "http.response():set_status(201) http.response():write(process.pid() .. http.request():param('id') .. http.request():body())"),
                .. HttpApp.Endpoint("system", "GET", "/system", "http.response():write(process.pid())", "system"),
                .. HttpApp.Endpoint("fails", "GET", "/fails", "error('secret')"),
                .. HttpApp.Endpoint("waits", "GET", "/waits", "process.inbox():receive()"),
            ]));
        await using var system = new TestRuntime("system-1", new ChannelOptions { Zone = Zone.System }, snapshot);
        await system.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(system.Runtime.Http!.UrlOf(new EntryId("app", "server"))!) };
        using (var nobody = await client.GetAsync("/api/fails")) Assert.Equal(HttpStatusCode.ServiceUnavailable, nobody.StatusCode);
        await using var user = new TestRuntime("user-1", new ChannelOptions { Zone = Zone.User, SystemEndpoint = system.Endpoint }, snapshot);
        await user.StartAsync();

        using var answer = await client.PostAsync("/api/user/7", new StringContent("body"));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Matches("^{user-1@app:user#lua.1\\|0x[0-9a-f]+}7body$", await answer.Content.ReadAsStringAsync());
        Assert.StartsWith("{system-1@app:system#lua.1|", await client.GetStringAsync("/api/system"), StringComparison.Ordinal);
        using var failed = await client.GetAsync("/api/fails");
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);

        // A client that goes away ends the call over there.
        using var gone = new CancellationTokenSource();
        var waiting = client.GetAsync("/api/waits", gone.Token);
        await HttpServerTests.UntilAsync(IsThere);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await HttpServerTests.UntilAsync(() => !IsThere());
        bool IsThere() => user.Node.Processes.All.Any(process => process.Entry.Name == "waits");
    }
}
