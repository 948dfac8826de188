using System.Collections.Concurrent;
using System.Diagnostics;

namespace Wippy.Shared.Tests.Telemetry;

/// <summary>Collects the spans of processes while it lives.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Activity>> _expected = new();
    private readonly ActivityListener _listener;

    public Spans(ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Wippy.Processes",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling,
            ActivityStopped = span =>
            {
                _ended.Enqueue(span);
                Expected(span.DisplayName).TrySetResult(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyCollection<Activity> All => _ended;

    public Activity Of(string name) => _ended.Single(span => span.DisplayName == name);

    /// <summary>The first span of this name, past or future.</summary>
    public Task<Activity> EndedAsync(string name) => Expected(name).Task;

    public void Dispose() => _listener.Dispose();

    private TaskCompletionSource<Activity> Expected(string name) =>
        _expected.GetOrAdd(name, _ => new TaskCompletionSource<Activity>(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>Whoever listens hears every node of the operating-system process, so these tests run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TracingCollection
{
    public const string Name = "tracing";
}
