using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Http;

public class HttpServerTests
{
    private const string Echo = """
        local req, err = http.request()
        local res = http.response()
        local body, problem = req:body_json()
        res:set_status(http.STATUS.CREATED)
        res:set_header("X-Test", "yes")
        res:write_json({
          method = req:method(), path = req:path(), id = req:param("id"), none = req:param("none") == nil,
          q = req:query("q"), noq = req:query("other") == nil, query = req:query_params(),
          header = req:header("x-Custom"), noheader = req:header("none") == nil, type = req:content_type(),
          is = req:is_content_type(http.CONTENT.JSON), accepts = req:accepts("text/html"), refuses = req:accepts("image/png"),
          length = req:content_length(), has = req:has_body(), n = body and body.n, text = req:body(),
          zone = process.pid():match("^{app:echo#lua") ~= nil, hidden = ctx.all()["@http"] == nil,
        })
        """;

    [Fact]
    public async Task Request_Everything_ArrivesAndIsAnswered()
    {
        await using var app = await HttpApp.StartAsync(null, null, HttpApp.Endpoint("echo", "POST", "/items/{id}", Echo));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/items/a%20b?q=1&q=2&x=%26")
        {
            Content = new StringContent("""{"n":5}""", new MediaTypeHeaderValue("application/json", "utf-8")),
        };
        request.Headers.Add("X-Custom", "v");
        request.Headers.Accept.ParseAdd("text/html;q=0.5, application/json");

        using var response = await app.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("yes", Assert.Single(response.Headers.GetValues("X-Test")));
        Assert.False(response.Headers.Contains("Server"));
        Assert.Equal(
            """{"accepts":true,"has":true,"header":"v","hidden":true,"id":"a b","is":true,"length":7,"method":"POST","n":5,"noheader":true,"none":true,"noq":true,"path":"/api/items/a b","q":"1","query":{"q":"1","x":"&"},"refuses":false,"text":"{\"n\":5}","type":"application/json; charset=utf-8","zone":true}""",
            await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET", "/api/text", 200, "text/plain", "one 2")]
    [InlineData("HEAD", "/api/text", 200, "text/plain", "")]
    [InlineData("GET", "/api/nothing", 200, null, "")]
    [InlineData("GET", "/api/fails", 500, "application/json", """{"error":"internal server error"}""")]
    [InlineData("GET", "/api/raises", 500, "application/json", """{"error":"internal server error"}""")]
    [InlineData("GET", "/api/unknown", 404, "application/json", """{"error":"not found"}""")]
    [InlineData("GET", "/", 404, "application/json", """{"error":"not found"}""")]
    [InlineData("DELETE", "/api/text", 405, "application/json", """{"error":"method not allowed"}""")]
    public async Task Response_KindsOfHandlers_HaveTheirOutcome(string method, string path, int status, string? type, string body)
    {
        await using var app = await HttpApp.StartAsync(null, null,
            [
                .. HttpApp.Endpoint("text", "GET", "/text", "local res = http.response() res:set_content_type(http.CONTENT.TEXT) res:write('one ') res:write(2) return 'ignored'"),
                .. HttpApp.Endpoint("nothing", "GET", "/nothing", "http.request()"),
                .. HttpApp.Endpoint("fails", "GET", "/fails", "http.response():write('secret') return nil, 'secret'"),
                .. HttpApp.Endpoint("raises", "GET", "/raises", "error('secret')"),
            ]);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await app.Client.SendAsync(request);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        if (status == 405) Assert.Equal(["GET"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("set_status(99)", "Invalid: no status of a response: 99 (200 to 599)")]
    [InlineData("set_header('a b', 'c')", "Invalid: no header: 'a b' (printable ASCII, no line ends)")]
    [InlineData("set_header('a', 'b\\r\\nSet-Cookie: x')", "Invalid: no header: 'a' (printable ASCII, no line ends)")]
    [InlineData("write_json(print)", "Internal: cannot encode a function (value)")]
    public async Task Response_BadValues_AreErrors(string call, string expected)
    {
        await using var app = await HttpApp.StartAsync(null, null, HttpApp.Endpoint("bad", "GET", "/bad", $"local res = http.response() local ok, err = res:{call} res:write(err:kind() .. ': ' .. err:message())"));

        Assert.Equal(expected, await app.Client.GetStringAsync("/api/bad"));
    }

    [Fact]
    public async Task Handler_CallsFunctionsAndSpawns_TheyAreNoHandlers()
    {
        await using var app = await HttpApp.StartAsync(null, null,
            [
                .. HttpApp.Endpoint("outer", "GET", "/outer", "local funcs = require('funcs') http.response():write(funcs.call('app:inner'))"),
                .. HttpApp.Endpoint("inner", "GET", "/inner", "http.response():write('never seen') return 'result of ' .. http.request():path()"),
            ]);

        Assert.Equal("result of /api/outer", await app.Client.GetStringAsync("/api/outer"));
    }

    [Fact]
    public async Task Handler_LeavesCoroutines_TheyGoOnAfterTheResponse()
    {
        var clock = new FakeTimeProvider();
        await using var app = await HttpApp.StartAsync(null, clock, HttpApp.Endpoint("task", "POST", "/task", """
            local res, work = http.response(), channel.new(1)
            coroutine.spawn(function()
                local text = work:receive()
                local minute = require("time").after("1m")
                process.registry.register("task")   -- tells the test that the minute has begun
                minute:receive()
                local _, err = res:write("too late")
                require("logger"):info("worked on " .. text .. ", " .. tostring(err))
            end)
            work:send(http.request():body())
            res:set_status(http.STATUS.ACCEPTED)
            res:write("accepted")
            """));

        using var answer = await app.Client.PostAsync("/api/task", new StringContent("a job"));
        Assert.Equal("accepted", await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await UntilAsync(() => app.Runtime.Node.Names.TryLookup("task", out _));
        clock.Advance(TimeSpan.FromMinutes(1));

        await app.Logs.WaitForAsync("worked on a job, the response has been sent");
        await UntilAsync(() => !app.Runtime.Node.Names.TryLookup("task", out _));
    }

    [Theory]
    [InlineData(null, "user")]
    [InlineData("system", "system")]
    public async Task Handler_Zone_IsThatOfItsEndpoint(string? zone, string expected)
    {
        await using var app = await HttpApp.StartAsync(null, null, HttpApp.Endpoint("where", "GET", "/where", "http.response():write('ready')", zone));

        Assert.Equal("ready", await app.Client.GetStringAsync("/api/where"));
        Assert.Equal(expected, app.Runtime.Node.Hosts.Single(host => host.Spec.Id.Name.StartsWith("handlers.", StringComparison.Ordinal)).Zone.ToText());
    }

    [Fact]
    public async Task Body_LargerThanTheLimit_IsRefusedBeforeAnythingRuns()
    {
        var limits = new Dictionary<string, object?> { ["limits"] = new Dictionary<string, object?> { ["body_bytes"] = 10L } };
        await using var app = await HttpApp.StartAsync(limits, null, HttpApp.Endpoint("f", "POST", "/f", "http.response():write(http.request():body())"));

        using var fits = await app.Client.PostAsync("/api/f", new StringContent("0123456789"));
        Assert.Equal("0123456789", await fits.Content.ReadAsStringAsync());
        Assert.StartsWith("HTTP/1.1 413 ", await StatusLineAsync(app, "POST /api/f HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 413 ", await StatusLineAsync(app, "POST /api/f HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_LargerThanTheLimit_IsRefused()
    {
        var limits = new Dictionary<string, object?> { ["limits"] = new Dictionary<string, object?> { ["header_bytes"] = 1024L } };
        await using var app = await HttpApp.StartAsync(limits, null, HttpApp.Endpoint("f", "GET", "/f", "http.response():write('x')"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/f") { Headers = { { "X-Large", new string('x', 2000) } } };

        using var response = await app.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Handler_TooSlow_IsCanceled()
    {
        var clock = new FakeTimeProvider();
        await using var app = await HttpApp.StartAsync(null, clock, HttpApp.Endpoint("slow", "GET", "/slow", "process.registry.register('slow') process.inbox():receive()"));

        var answer = app.Client.GetAsync("/api/slow");
        await UntilAsync(() => app.Runtime.Node.Names.TryLookup("slow", out _));
        clock.Advance(TimeSpan.FromSeconds(31));
        using var response = await answer;

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        await UntilAsync(() => !app.Runtime.Node.Names.TryLookup("slow", out _));
    }

    [Fact]
    public async Task Client_GoesAway_TheCallIsCanceled()
    {
        await using var app = await HttpApp.StartAsync(null, null, HttpApp.Endpoint("waits", "GET", "/waits", "process.registry.register('waits') process.inbox():receive()"));
        using var gone = new CancellationTokenSource();

        var answer = app.Client.GetAsync("/api/waits", gone.Token);
        await UntilAsync(() => app.Runtime.Node.Names.TryLookup("waits", out _));
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await UntilAsync(() => !app.Runtime.Node.Names.TryLookup("waits", out _));
    }

    [Fact]
    public async Task Requests_MoreThanTheLimit_AreToldToComeBack()
    {
        var limits = new Dictionary<string, object?> { ["limits"] = new Dictionary<string, object?> { ["requests"] = 1L } };
        await using var app = await HttpApp.StartAsync(limits, null, HttpApp.Endpoint("waits", "GET", "/waits", "process.registry.register('waits') process.inbox():receive() http.response():write('done')"));

        var first = app.Client.GetStringAsync("/api/waits");
        await UntilAsync(() => app.Runtime.Node.Names.TryLookup("waits", out _));
        using var second = await app.Client.GetAsync("/api/waits");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.Equal("1", second.Headers.RetryAfter!.ToString());
        app.Runtime.Node.Names.TryLookup("waits", out var pid);
        app.Runtime.Node.Router.Deliver(pid, Shared.Messaging.Message.Create(Pid.None, Shared.Messaging.Topic.Of("go"u8), [0x90]));

        Assert.Equal("done", await first);
    }

    [Fact]
    public async Task Connections_ThatSendNothing_HoldUpNobody()
    {
        await using var app = await HttpApp.StartAsync(null, null, HttpApp.Endpoint("f", "GET", "/f", "http.response():write('x')"));
        var idle = new List<TcpClient>();
        for (var i = 0; i < 50; i++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, app.Client.BaseAddress!.Port);
            // Half a request each: headers that never end, or a body that never comes.
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(i % 2 == 0 ? "GET /api/f HTTP/1.1\r\nHost: x\r\n" : "POST /api/f HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123"));
            idle.Add(client);
        }

        for (var i = 0; i < 20; i++)
        {
            using var response = await app.Client.GetAsync("/api/f");
            Assert.True(response.IsSuccessStatusCode, string.Join('\n', app.Logs.Lines));
            Assert.Equal("x", await response.Content.ReadAsStringAsync());
        }

        Assert.DoesNotContain(app.Runtime.Node.Processes.All, process => process.Entry.Name == "f");
        idle.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Registry_EndpointsAndServersChange_AreFollowed()
    {
        await using var app = await HttpApp.StartAsync(null, null, HttpApp.Endpoint("one", "GET", "/one", "http.response():write('one')"));
        Assert.Equal("one", await app.Client.GetStringAsync("/api/one"));

        var created = await app.Runtime.Node.Registry.ApplyAsync(HttpApp.Endpoint("two", "GET", "/two", "http.response():write('two')").Select(EntryChange.Create).ToList());
        Assert.Null(created.Error);
        Assert.Equal("two", await app.Client.GetStringAsync("/api/two"));

        var deleted = await app.Runtime.Node.Registry.ApplyAsync([.. new[] { "one.endpoint", "two.endpoint", "router", "server" }.Select(name => EntryChange.Delete(new EntryId("app", name)))]);
        Assert.Null(deleted.Error);
        Assert.Null(app.Runtime.Http!.UrlOf(new EntryId("app", "server")));
        await Assert.ThrowsAsync<HttpRequestException>(() => app.Client.GetStringAsync("/api/one"));
    }

    [Fact]
    public void Request_OutsideAHandler_IsAnError()
    {
        using var node = TestNode.WithLua(("main", """
            return { main = function()
              local req, err = http.request()
              local res, other = http.response()
              return tostring(req) .. err:kind() .. ": " .. err:message() .. tostring(res) .. tostring(other)
            end }
            """));

        Assert.Equal("nilInvalid: no HTTP request: this is not called by an http.endpointnilno HTTP request: this is not called by an http.endpoint", node.Run("main"));
    }

    // Without a client that may still be sending when the answer comes.
    private static async Task<string?> StatusLineAsync(HttpApp app, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, app.Client.BaseAddress!.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync();
    }

    // What happens elsewhere is waited for, with a limit that only a failure reaches.
    internal static async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isSo())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
