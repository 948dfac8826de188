namespace Wippy.Bench;

/// <summary>One benchmark of the list in reference/benchmarks: what it does, and how much of it.</summary>
/// <param name="Name">On the command line and in the output.</param>
/// <param name="Work">One line for people; says the unit of n.</param>
/// <param name="DefaultN">Without a number on the command line.</param>
/// <param name="SmokeN">Enough to see that it works, within a second or two.</param>
/// <param name="RunAsync">Does the work n. Throws when less, or something else, was done.</param>
internal sealed record Benchmark(string Name, string Work, long DefaultN, long SmokeN, Func<long, Setting, Task<Measurement>> RunAsync)
{
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        LuaBenchmark.Create("spawn", "n processes start, tell a collector, end", 100_000, 2_000),
        IdleBenchmark.Create(),
        LuaBenchmark.Create("pingpong", "two processes, n round trips of a small map", 1_000_000, 5_000, messagesPerUnit: 2),
        LuaBenchmark.Create("ring", "1,000 processes, one token, n hops", 1_000_000, 10_000),
        LuaBenchmark.Create("fanin", "1,000 senders, one receiver, n messages", 1_000_000, 10_000),
        LuaBenchmark.Create("pairs", "1,000 pairs play ping-pong at once, n messages in all", 1_000_000, 10_000),
        SkewBenchmark.Create(),
        LuaBenchmark.Create("fault", "n crashes of a child, each until its successor runs", 1_000, 100),
        LuaBenchmark.Create("restart", "n crashes of a service, each until its successor runs", 1_000, 100, withServices: true),
        LuaBenchmark.Create("upgrade", "n upgrades of a live process with 1 KB of state", 10_000, 100),
        FairBenchmark.Create(),
        NetBenchmark.Create("net", "n messages from the user node to the system node, the last one acknowledged", 500_000, 5_000),
        NetBenchmark.Create("netlat", "n round trips from the user node to the system node, one at a time", 20_000, 500),
        NetBenchmark.Create(NetBenchmark.Hostile, "n round trips as in netlat, beside a hostile peer; ratio of p99 to that without him", 20_000, 500),
        OverheadBenchmark.Create(),
        NetBenchmark.Create(OverheadBenchmark.OverNet, "processor time of net, n messages a turn, with a listener who samples nothing to that without", 50_000, 200),
        FirstBenchmark.Create(),
        .. SuiteBenchmark.All,
    ];
}
