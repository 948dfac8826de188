using System.Diagnostics;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Telemetry;
using Wippy.Shared.Tests.Http;
using Wippy.Shared.Tests.Supervision;
using Wippy.Shared.Tests.Telemetry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Processes;

/// <summary>Spans of processes, and of what they start.</summary>
[Collection(TracingCollection.Name)]
public sealed class ProcessTraceTests
{
    private const string Echo = """
        return { main = function()
          local inbox = process.inbox()
          while true do
            local message = inbox:receive()
            process.send(message:from(), "answer", message:payload():data())
          end
        end }
        """;

    [Fact]
    public void Send_InATrace_IsASpanOfTheReceiverBelowThatOfTheSender()
    {
        using var spans = new Spans();
        using var node = TestNode.WithLua(("trace_echo", Echo), ("trace_asker", """
            return { main = function()
              local answers = process.listen("answer")
              local echo = process.spawn("app:trace_echo", "app:system")
              process.send(echo, "question", 1)
              return answers:receive()
            end }
            """));

        node.Spawn("trace_asker", "system");

        var asker = spans.Of("app:trace_asker start");
        var echo = spans.Of("app:trace_echo start");
        var question = spans.Of("app:trace_echo question");
        var answer = spans.Of("app:trace_asker answer");
        Assert.Equal([asker.SpanId, asker.SpanId, question.SpanId], [echo.ParentSpanId, question.ParentSpanId, answer.ParentSpanId]);
        Assert.All([echo, question, answer], span => Assert.Equal(asker.TraceId, span.TraceId));
        Assert.Equal(("app:trace_echo", "app:system", "system", "question", "allowed"), (
            question.GetTagItem(RuntimeTracing.Entry), question.GetTagItem(RuntimeTracing.Host), question.GetTagItem(RuntimeTracing.Zone),
            question.GetTagItem(RuntimeTracing.Topic), question.GetTagItem(RuntimeTracing.Decision)));
    }

    [Fact]
    public void Send_DeniedBetweenZones_IsAnEventOfTheSendersSpan()
    {
        using var spans = new Spans();
        using var node = TestNode.WithLua(("trace_vault", """
            return { main = function()
              process.registry.register("vault")
              process.inbox():receive()
            end }
            """), ("trace_guest", """
            return { main = function()
              process.send("vault", "question", 1)
            end }
            """));
        node.Spawn("trace_vault", "system");

        node.Spawn("trace_guest", "user");

        var denied = Assert.Single(spans.Of("app:trace_guest start").Events);
        Assert.Equal("process.send denied", denied.Name);
        Assert.Contains(denied.Tags, tag => tag is { Key: RuntimeTracing.Decision, Value: RuntimeTracing.Denied });
        Assert.DoesNotContain(spans.All, span => span.DisplayName == "app:trace_vault question");
    }

    [Fact]
    public void Send_ByTwoThatAnswerEachOtherForEver_EndsTheTraceAtTheLimit()
    {
        using var spans = new Spans();
        using var node = TestNode.WithLua(("trace_pong", Echo), ("trace_ping", """
            return { main = function()
              local inbox = process.inbox()
              local pong = process.spawn("app:trace_pong", "app:system")
              for i = 1, 200 do
                process.send(pong, "ball", i)
                inbox:receive()
              end
            end }
            """));

        node.Spawn("trace_ping", "system");

        var hops = spans.All.Where(span => span.Kind == ActivityKind.Consumer).ToList();
        Assert.Equal(TraceContext.MaxHops, hops.Count);
        Assert.Single(hops.Select(span => span.TraceId).Distinct());
    }

    [Fact]
    public void Spawn_TraceNotSampled_LeavesNothingAtTheProcess()
    {
        using var spans = new Spans(ActivitySamplingResult.None);
        using var node = TestNode.WithLua(("trace_unsampled", Echo));

        var process = node.Spawn("trace_unsampled", "system").Process;

        Assert.Null(process!.Trace);
        Assert.Empty(spans.All);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ActivitySamplingResult.None)]
    public void Messages_NobodyListensOrTheTraceIsNotSampled_AllocateNothing(ActivitySamplingResult? sampling)
    {
        using var spans = sampling is { } result ? new Spans(result) : null;
        using var node = TestNode.WithLua(("trace_echo", Echo), ("trace_asker", """
            return { main = function()
              local inbox = process.inbox()
              local echo = process.spawn("app:trace_echo", "app:system")
              while true do
                process.send(echo, "question", 1)
                inbox:receive()
              end
            end }
            """));
        node.Start("trace_asker", "system");
        Assert.False(node.Scheduler.Run(2_000));   // pools and buffers fill

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(node.Scheduler.Run(2_000));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000);   // some hundred messages: less than one object each
    }

    [Fact]
    public void Exec_InATrace_IsASpanUntilTheResultAroundThatOfTheProcess()
    {
        using var spans = new Spans();
        using var node = TestNode.WithLua(("trace_child", "return { main = function() error('broken') end }"), ("trace_parent", """
            return { main = function()
              local value, err = process.exec("app:trace_child", "app:system")
              return tostring(err)
            end }
            """));

        node.Spawn("trace_parent", "system");

        var parent = spans.Of("app:trace_parent start");
        var exec = spans.Of("app:trace_parent exec app:trace_child");
        var child = spans.Of("app:trace_child start");
        Assert.Equal([parent.SpanId, exec.SpanId], [exec.ParentSpanId, child.ParentSpanId]);
        Assert.Equal((ActivityKind.Client, ActivityStatusCode.Error, "app:trace_child", "system"),
            (exec.Kind, exec.Status, exec.GetTagItem(RuntimeTracing.Called), exec.GetTagItem(RuntimeTracing.Zone)));
        Assert.True(exec.StartTimeUtc + exec.Duration >= child.StartTimeUtc + child.Duration);
    }

    [Fact]
    public void Call_InATrace_IsASpanAroundThatOfTheFunction()
    {
        using var spans = new Spans();
        using var node = new TestNode([Function("trace_double", "return { main = function(n) return 2 * n end }"), TestNode.Lua("trace_caller", """
            return { main = function() return require("funcs").call("app:trace_double", 21) end }
            """)]);

        Assert.Equal(42L, node.Run("trace_caller"));

        var call = spans.Of("app:trace_caller call app:trace_double");
        Assert.Equal(spans.Of("app:trace_caller start").SpanId, call.ParentSpanId);
        Assert.Equal(call.SpanId, spans.Of("app:trace_double start").ParentSpanId);
        Assert.Equal(ActivityStatusCode.Unset, call.Status);
    }

    [Fact]
    public void Publish_InATrace_IsASpanOfEachDeliveryAroundThatOfTheConsumersFunction()
    {
        using var spans = new Spans();
        using var node = new TestNode([
            Of("trace_driver", EntryKinds.QueueDriver),
            Of("trace_jobs", EntryKinds.Queue, ("driver", "app:trace_driver")),
            Of("trace_consumer", EntryKinds.QueueConsumer, ("queue", "app:trace_jobs"), ("func", "app:trace_work"), ("lifecycle", new Dictionary<string, object?> { ["auto_start"] = true })),
            Function("trace_work", "return { main = function(job) error('broken') end }"),
            TestNode.Lua("trace_publisher", "return { main = function() return require('queue').publish('app:trace_jobs', 1) end }"),
        ]);

        node.Spawn("trace_publisher", "user");

        var published = spans.Of("app:trace_publisher start");
        var deliveries = spans.All.Where(span => span.DisplayName == "app:trace_consumer deliver").OrderBy(span => span.StartTimeUtc).ToList();
        // The second try comes at once; the third would have to wait.
        Assert.Equal([(0, ActivityStatusCode.Error), (1, ActivityStatusCode.Error)], deliveries.Select(span => ((int)span.GetTagItem(RuntimeTracing.Failures)!, span.Status)));
        Assert.All(deliveries, span => Assert.Equal((published.SpanId, ActivityKind.Consumer, "app:trace_work"), (span.ParentSpanId, span.Kind, span.GetTagItem(RuntimeTracing.Called))));
        Assert.Equal(deliveries.Select(span => span.SpanId), spans.All.Where(span => span.DisplayName == "app:trace_work start").OrderBy(span => span.StartTimeUtc).Select(span => span.ParentSpanId));
    }

    [Fact]
    public void Upgrade_InATrace_IsASpanOfWhatCausedItAndGoesOn()
    {
        using var spans = new Spans();
        using var node = TestNode.WithLua(
            ("trace_new", "return { main = function(who) process.send(who, 'upgraded') end }"),
            ("trace_old", "return { main = function() process.upgrade('app:trace_new', process.inbox():receive():from()) end }"),
            ("trace_admin", """
                return { main = function()
                  local news = process.listen("upgraded")
                  process.send(process.spawn("app:trace_old", "app:system"), "now")
                  news:receive()
                end }
                """));

        node.Spawn("trace_admin", "system");

        var upgrade = spans.Of("app:trace_new upgrade");
        Assert.Equal(spans.Of("app:trace_old now").SpanId, upgrade.ParentSpanId);
        Assert.Equal("app:trace_old", upgrade.GetTagItem(RuntimeTracing.UpgradedFrom));
        Assert.Equal(upgrade.SpanId, spans.Of("app:trace_admin upgraded").ParentSpanId);
    }

    [Fact]
    public async Task Request_ThatNamesItsTrace_IsASpanOfItAroundTheHandler()
    {
        using var spans = new Spans();
        await using var app = await HttpApp.StartAsync(null, null, HttpApp.Endpoint("trace_handler", "GET", "/traced/{id}", "http.response():set_status(503)"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/traced/7");
        request.Headers.Add("traceparent", "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01");

        using var response = await app.Client.SendAsync(request);

        await app.Runtime.StopAsync();   // the span ends after the answer was sent
        var span = spans.Of("GET /api/traced/{id}");
        Assert.Equal(("0123456789abcdef0123456789abcdef", "0123456789abcdef"), (span.TraceId.ToString(), span.ParentSpanId.ToString()));
        Assert.Equal((503, ActivityStatusCode.Error), (span.GetTagItem("http.response.status_code"), span.Status));
        Assert.Equal(span.SpanId, spans.Of("app:trace_handler start").ParentSpanId);
    }

    [Fact]
    public void Service_StartedAgain_IsASpanAroundTheStartOfItsProcess()
    {
        using var spans = new Spans();
        using var node = new SupervisedNode(
            TestNode.Lua("trace_worker", "return { main = function() process.inbox():receive() end }"),
            SupervisedNode.Service("trace_service", "trace_worker", SupervisedNode.Restart(("initial_delay", "1s"))));
        node.ProcessesOf("trace_worker").Single().End(ProcessErrors.Terminated);
        node.Run();

        node.Advance(1);

        var starts = spans.All.Where(span => span.DisplayName == "app:trace_worker start").ToList();
        Assert.Equal(
            [spans.Of("app:trace_service start").SpanId, spans.Of("app:trace_service restart").SpanId],
            starts.OrderBy(span => span.StartTimeUtc).Select(span => span.ParentSpanId));
        Assert.Equal(1, spans.Of("app:trace_service restart").GetTagItem(RuntimeTracing.Failures));
    }

    private static Entry Of(string name, string kind, params (string Name, object? Value)[] fields) =>
        new(new EntryId("app", name), kind, data: fields.ToDictionary(field => field.Name, field => field.Value));

    private static Entry Function(string name, string source) =>
        new(new EntryId("app", name), EntryKinds.LuaFunction, data: new Dictionary<string, object?> { ["source"] = source });
}
