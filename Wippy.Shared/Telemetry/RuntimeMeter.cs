using System.Diagnostics.Metrics;

namespace Wippy.Shared.Telemetry;

/// <summary>
/// The runtime's instruments: names, units and descriptions in one place. All but one are read when somebody collects them, so they cost
/// nothing where things happen; of the durations of steps a sample is taken.
/// </summary>
internal sealed class RuntimeMeter : IDisposable
{
    public const string Name = "Wippy.Runtime";

    public const string Host = "wippy.host";
    public const string Zone = "wippy.zone";
    public const string State = "wippy.state";
    public const string Peer = "wippy.peer";
    public const string Direction = "wippy.direction";
    public const string Service = "wippy.service";

    private static readonly double[] StepBounds = [1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 1];

    private readonly Meter _meter = new(Name);

    public void Processes(Func<IEnumerable<Measurement<long>>> read) => Level("wippy.processes", "{process}", "Live processes by host and state.", read);

    public void ProcessesSpawned(Func<long> read) => Count("wippy.processes.spawned", "{process}", "Processes that were given a PID.", read);

    public void ProcessesEnded(Func<long> read) => Count("wippy.processes.ended", "{process}", "Processes that have ended.", read);

    public void MailboxMessages(Func<IEnumerable<Measurement<long>>> read) => Level("wippy.mailbox.messages", "{message}", "Messages that wait in mailboxes, by host.", read);

    public void LuaMemory(Func<IEnumerable<Measurement<long>>> read) => Level("wippy.lua.memory", "By", "Memory of Lua states, by host.", read);

    public void QueueLength(Func<IEnumerable<Measurement<long>>> read) => Level("wippy.scheduler.queue", "{process}", "Processes that wait for a worker, by host.", read);

    public void Steps(Func<IEnumerable<Measurement<long>>> read) => Count("wippy.scheduler.steps", "{step}", "Steps of processes, by host.", read);

    public void Steals(Func<IEnumerable<Measurement<long>>> read) => Count("wippy.scheduler.steals", "{process}", "Processes that one worker took from another, by host.", read);

    public void Parks(Func<IEnumerable<Measurement<long>>> read) => Count("wippy.scheduler.parks", "{park}", "Times a worker went to sleep, by host.", read);

    public void Preemptions(Func<IEnumerable<Measurement<long>>> read) => Count("wippy.scheduler.preemptions", "{preemption}", "Steps that ended because their time was up, by host.", read);

    public void ChannelFrames(Func<IEnumerable<Measurement<long>>> read) => Count("wippy.channel.frames", "{frame}", "Frames between nodes, by peer and direction.", read);

    public void ChannelBytes(Func<IEnumerable<Measurement<long>>> read) => Count("wippy.channel.bytes", "By", "Bytes between nodes, by peer and direction.", read);

    public void ChannelBacklog(Func<IEnumerable<Measurement<long>>> read) => Level("wippy.channel.backlog", "By", "Bytes that wait to leave, by peer.", read);

    public void Denials(Func<long> read) => Count("wippy.policy.denials", "{denial}", "What policies between zones refused.", read);

    public void DeadLetters(Func<long> read) => Count("wippy.dead_letters", "{message}", "Messages that could not be delivered.", read);

    public void ServiceRestarts(Func<IEnumerable<Measurement<long>>> read) => Count("wippy.service.restarts", "{restart}", "Starts of a service after a failure, by service.", read);

    /// <summary>How long steps last, in seconds; one of so many is measured that it costs nothing.</summary>
    public Histogram<double> StepDuration() => _meter.CreateHistogram(
        "wippy.scheduler.step.duration", "s", "How long steps last, by host: a sample.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = StepBounds });

    public void Dispose() => _meter.Dispose();

    private void Level(string name, string unit, string description, Func<IEnumerable<Measurement<long>>> read) => _meter.CreateObservableUpDownCounter(name, read, unit, description);

    private void Count(string name, string unit, string description, Func<IEnumerable<Measurement<long>>> read) => _meter.CreateObservableCounter(name, read, unit, description);

    private void Count(string name, string unit, string description, Func<long> read) => _meter.CreateObservableCounter(name, read, unit, description);
}
