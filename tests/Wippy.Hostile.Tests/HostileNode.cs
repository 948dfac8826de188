using System.Collections.Immutable;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua;
using Wippy.Shared.Messaging;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Scheduling;
using Wippy.Testing;

namespace Wippy.Hostile.Tests;

/// <summary>
/// A node with one host of the user zone, two workers and default limits, except for the number of processes, on which
/// live the hostile program, a neighbour who reads all he gets, and from time to time a pair that plays ping-pong.
/// </summary>
internal sealed class HostileNode : IAsyncDisposable
{
    // A safety net against what never happens; nothing is measured with it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Neighbour = "return { main = function() local inbox = process.inbox() while true do inbox:receive() end end }";

    // Fails unless every answer comes back in its turn.
    private const string Pinger = """
        return {
          main = function(trips)
            local pong = assert(process.spawn("app:ponger", "app:user"))
            local inbox = process.inbox()
            for i = 1, trips do
              assert(process.send(pong, "ping", i))
              assert(inbox:receive():payload():data() == i)
            end
            process.terminate(pong)
          end,
        }
        """;

    private const string Ponger = """
        return {
          main = function()
            local inbox = process.inbox()
            while true do
              local message = inbox:receive()
              process.send(message:from(), "pong", message:payload():data())
            end
          end,
        }
        """;

    private readonly Scheduler _scheduler = new("hostile", 2);
    private readonly ProcessHost _host;
    private readonly Pid _neighbour;

    public HostileNode(string source, string preemption)
    {
        Entry[] entries = [Lua("hostile", source), Lua("neighbour", Neighbour), Lua("pinger", Pinger), Lua("ponger", Ponger), Host(preemption)];
        var registry = new EntryRegistry(Snapshot.FromDeclared(entries.ToImmutableSortedDictionary(e => e.Id, e => e)));
        Node = new Node("", TimeProvider.System, registry, new LogRecorder());
        Node.Programs = new LuaPrograms(registry, new NativePrograms(registry, new NativeProcesses()));
        _host = new ProcessHost(Node, registry.Current.Hosts.Single(), _scheduler);
        Node.AddHost(_host);
        _scheduler.Start();
        _host.Start();
        _neighbour = Start("neighbour", "").WaitAsync(Patience).GetAwaiter().GetResult().Pid;
    }

    public Node Node { get; }

    /// <summary>Starts the hostile program. Completes when its chunk has run, which may be never.</summary>
    public Task<Started> StartHostile() => Start("hostile", _neighbour.ToString());

    /// <summary>A pair of neighbours plays ping-pong to the end.</summary>
    public async Task PingPongAsync(int trips)
    {
        var pinger = await WithinPatience(Start("pinger", (long)trips), "the start of a neighbour");
        Assert.True(pinger.Refusal is null, $"a neighbour was not started: {pinger.Refusal?.Message}");
        var result = await WithinPatience(pinger.End!, "ping-pong of the neighbours");
        Assert.True(result.Error is null, $"ping-pong of the neighbours: {result.Error?.Message}");
    }

    /// <summary>Terminates every process of the hostile entry until there is none, those that they start meanwhile included.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> TerminateHostileAsync()
    {
        var ended = 0;
        while (true)
        {
            var hostile = Node.Processes.All.Where(process => process.Entry.Name == "hostile").ToList();
            if (hostile.Count == 0) return ended;
            ended += hostile.Count;
            var ends = hostile.Select(process => process.WhenEnded()).ToList();
            foreach (var process in hostile) process.End(ProcessErrors.Terminated);
            await WithinPatience(Task.WhenAll(ends), "the end of the terminated program");
        }
    }

    /// <summary>The neighbour lives.</summary>
    public void AssertNeighbourLives() => Assert.True(Node.Processes.TryGet(_neighbour, out _), "the neighbour is gone");

    /// <summary>Waits with a safety net.</summary>
    public static async Task<T> WithinPatience<T>(Task<T> task, string what)
    {
        try
        {
            return await task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{what} did not come within {Patience.TotalSeconds} s");
        }
    }

    /// <summary>Stops the host: everything ends, whatever it does.</summary>
    /// <returns>How many processes there were.</returns>
    public async Task<int> StopAsync()
    {
        var count = _host.Count;
        await _host.StopAsync(TimeSpan.Zero);
        Assert.True(_host.Count == 0, $"{_host.Count} processes are still there after their host has stopped");
        return count;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        // Whoever holds a worker for ever would hold this test, too.
        _scheduler.Dispose();
        Node.Dispose();
    }

    private Task<Started> Start(string entry, object argument)
    {
        using var buffer = new ByteBuffer();
        var writer = new MessagePackWriter(buffer);
        PayloadValues.Write(ref writer, new object?[] { argument });
        writer.Flush();
        var answer = new TaskCompletionSource<Started>(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Spawn(new SpawnRequest
        {
            Entry = new EntryId("app", entry),
            Host = new EntryId("app", "user"),
            Arguments = Payload.Copy(buffer.WrittenSpan),
            // Called before its first step, so its end cannot be missed.
            Reply = (pid, error) => answer.SetResult(new Started(pid, error, Node.Processes.TryGet(pid, out var process) ? process.WhenEnded() : null)),
        });
        return answer.Task;
    }

    private static Entry Lua(string name, string source) => new(
        new EntryId("app", name),
        EntryKinds.LuaProcess,
        data: new Dictionary<string, object?> { ["source"] = source, ["modules"] = new List<object?> { "time", "logger", "io" } });

    private static Entry Host(string preemption) => new(
        new EntryId("app", "user"),
        EntryKinds.ProcessHost,
        data: new Dictionary<string, object?> { ["zone"] = "user", ["host"] = new Dictionary<string, object?> { ["max_processes"] = 2000L }, ["limits"] = new Dictionary<string, object?> { ["preemption"] = preemption } });

    /// <summary>What became of a spawn.</summary>
    /// <param name="Pid">The process; none when it was refused.</param>
    /// <param name="Refusal">Why there is none.</param>
    /// <param name="End">How it ends.</param>
    internal sealed record Started(Pid Pid, Error? Refusal, Task<ExitResult>? End);
}
