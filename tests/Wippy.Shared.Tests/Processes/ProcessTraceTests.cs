using System.Collections.Concurrent;
using System.Diagnostics;
using Wippy.Shared.Telemetry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Processes;

/// <summary>Spans of processes. Whoever listens hears every node of this test run, so the tests look for entries of their own.</summary>
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
        using var spans = new Spans("trace_asker", "trace_echo");
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
        using var spans = new Spans("trace_guest", "trace_vault");
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
        using var spans = new Spans("trace_ping", "trace_pong");
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
        using var spans = new Spans(ActivitySamplingResult.None, "trace_unsampled");
        using var node = TestNode.WithLua(("trace_unsampled", Echo));

        var process = node.Spawn("trace_unsampled", "system").Process;

        Assert.Null(process!.Trace);
        Assert.Empty(spans.All);
    }

    /// <summary>Collects the spans of some entries.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public Spans(params string[] entries) : this(ActivitySamplingResult.AllDataAndRecorded, entries)
        {
        }

        public Spans(ActivitySamplingResult sampling, params string[] entries)
        {
            bool IsWanted(string name) => entries.Any(entry => name.StartsWith($"app:{entry} ", StringComparison.Ordinal));
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Wippy.Processes",
                Sample = (ref ActivityCreationOptions<ActivityContext> options) => IsWanted(options.Name) ? sampling : ActivitySamplingResult.None,
                ActivityStopped = span =>
                {
                    if (IsWanted(span.DisplayName)) _ended.Enqueue(span);
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IReadOnlyCollection<Activity> All => _ended;

        public Activity Of(string name) => _ended.Single(span => span.DisplayName == name);

        public void Dispose() => _listener.Dispose();
    }
}
