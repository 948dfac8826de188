using System.Diagnostics;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Shared.Telemetry;
using Wippy.Shared.Tests.Telemetry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>A trace goes on where a message or a spawn leads, on whichever node that is.</summary>
[Collection(TracingCollection.Name)]
public sealed class TraceAcrossNodesTests
{
    [Fact]
    public async Task Send_ThroughThreeZones_IsOneTraceAndShowsWhatTheLastOneRefuses()
    {
        using var spans = new Spans();
        await using var net = await TestDeployment.StartAsync(
            TestNode.Lua("trace_asker", """
                return { main = function()
                  local answers = process.listen("answer")
                  local vault, middle = process.spawn("app:trace_vault", "app:system"), process.spawn("app:trace_middle", "app:user")
                  process.send(vault, "question", { middle = middle, asker = process.pid() })
                  answers:receive()
                end }
                """),
            TestNode.Lua("trace_vault", """
                return { main = function()
                  local question = process.inbox():receive():payload():data()
                  process.send(question.middle, "work", question.asker)
                  process.inbox():receive()
                end }
                """),
            TestNode.Lua("trace_middle", """
                return { main = function()
                  local work = process.inbox():receive()
                  process.send(work:from(), "steal")   -- what a group of policies refuses, the receiving node refuses
                  process.send(work:payload():data(), "answer")
                end }
                """),
            new Entry(new EntryId("app", "trace_policy"), EntryKinds.SecurityPolicy, data: new Dictionary<string, object?>
            {
                ["policy"] = new Dictionary<string, object?> { ["actions"] = "process.spawn", ["resources"] = "*", ["effect"] = "allow" },
                ["groups"] = new List<object?> { "channel:user-system" },
            }));

        await net.Terminal.RunAsync("trace_asker");
        var denied = await spans.EndedAsync("steal denied").WaitAsync(TestService.Patience);
        var work = await spans.EndedAsync("app:trace_middle work").WaitAsync(TestService.Patience);
        var question = await spans.EndedAsync("app:trace_vault question").WaitAsync(TestService.Patience);

        var (asker, answer) = (spans.Of("app:trace_asker start"), spans.Of("app:trace_asker answer"));
        Assert.Equal([asker.SpanId, question.SpanId, work.SpanId, work.SpanId], [question.ParentSpanId, work.ParentSpanId, answer.ParentSpanId, denied.ParentSpanId]);
        Assert.All([question, work, answer, denied], span => Assert.Equal(asker.TraceId, span.TraceId));
        Assert.Equal(["terminal", "system", "user"], new[] { asker, question, work }.Select(span => span.GetTagItem(RuntimeTracing.Zone)));
        Assert.Equal((RuntimeTracing.Denied, ActivityStatusCode.Error, "steal"), (denied.GetTagItem(RuntimeTracing.Decision), denied.Status, denied.GetTagItem(RuntimeTracing.Topic)));
    }

    // Of the whole operating-system process: both nodes and the sockets between them. Nothing else runs meanwhile.
    [Theory]
    [InlineData(null)]
    [InlineData(ActivitySamplingResult.None)]
    [InlineData(ActivitySamplingResult.PropagationData)]   // what OpenTelemetry answers for a trace that would begin, when its sampler says no
    public async Task Messages_NobodyListensOrTheTraceIsNotSampled_AllocateNothingOnEitherNode(ActivitySamplingResult? sampling)
    {
        const int Messages = 10_000, Runs = 6;
        using var spans = sampling is { } result ? new Spans(result) : null;
        await using var net = await TestDeployment.StartAsync(
            TestNode.Lua("trace_echo", """
                return { main = function()
                  local inbox = process.inbox()
                  while true do
                    local message = inbox:receive()
                    process.send(message:from(), message:topic(), message:payload():data())
                  end
                end }
                """),
            TestNode.Lua("trace_asker", $$"""
                return { main = function()
                  local inbox, echo = process.inbox(), assert(process.spawn("app:trace_echo", "app:user"))
                  for _ = 1, {{Messages}} / 2 / 50 do
                    for n = 1, 50 do process.send(echo, "question", n) end
                    for _ = 1, 50 do inbox:receive():payload():data() end
                  end
                  process.terminate(echo)
                end }
                """));

        // Pools fill, each time the nodes get further apart than ever before; what a message costs is in every run.
        var least = long.MaxValue;
        for (var run = 0; run < Runs; run++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await net.Terminal.RunAsync("trace_asker");
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // Starting and ending two processes and the heartbeats take some; one object for each message would be three times the bound.
        Assert.InRange(least, 0, Messages * 8);
    }
}
