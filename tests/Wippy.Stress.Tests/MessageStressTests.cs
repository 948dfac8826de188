using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Stress.Tests;

/// <summary>
/// Invariants of messages between Lua processes on real workers: none is lost or doubled, those of one sender arrive in the order
/// sent, and a burst of processes leaves nothing behind.
/// </summary>
public sealed class MessageStressTests
{
    private static readonly TimeSpan Safety = TimeSpan.FromMinutes(30);

    // Every receiver gets numbered messages from all senders, which sleep, compute and yield in between, each in its own rhythm.
    private const string Sender = """
        return { main = function(receivers, count, seed, home)
          local state = seed
          for n = 1, count do
            for _, receiver in ipairs(receivers) do
              local sent, err = process.send(receiver, "n", seed, n)
              while not sent and err:kind() == errors.UNAVAILABLE do
                time.sleep("1ms")
                sent, err = process.send(receiver, "n", seed, n)
              end
              if not sent then error(err) end
            end
            state = (state * 1103515245 + 12345) % 2147483648
            if state % 97 == 0 then time.sleep("1ms") end
            if state % 13 == 0 then for _ = 1, state % 2000 do end end
          end
        end }
        """;

    private const string Receiver = """
        return { main = function(senders, count, home)
          local inbox = process.inbox()
          local last = {}
          for _ = 1, senders * count do
            local payload = inbox:receive():payload()
            local sender, n = payload[1]:data(), payload[2]:data()
            if n ~= (last[sender] or 0) + 1 then error("message " .. n .. " of " .. sender .. " after " .. tostring(last[sender])) end
            last[sender] = n
          end
          process.send(home, "done")
        end }
        """;

    private const string Main = """
        return { main = function(senders, receivers, count)
          local inbox, events = process.inbox(), process.events()
          local all = {}
          for i = 1, receivers do all[i] = assert(process.spawn_monitored("stress:receiver", "stress:user", senders, count, process.pid())) end
          for i = 1, senders do assert(process.spawn_monitored("stress:sender", "stress:user", all, count, i)) end
          for _ = 1, senders + receivers do
            local event = events:receive()
            if event.result.error then error(event.result.error) end
          end
          for _ = 1, receivers do inbox:receive() end
          return senders * receivers * count
        end }
        """;

    private const string Burst = """
        return { main = function(count, host)
          local events = process.events()
          for _ = 1, count do assert(process.spawn_monitored("stress:waiter", host)) end
          return count
        end }
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Messages_OfManySendersToManyReceivers_ArriveOnceAndInOrder(int workers)
    {
        const int Senders = 8, Receivers = 8;
        var count = StressLevel.Count(40_000, 400_000);
        await using var app = new StressApp(workers);
        Assert.Equal((long)Senders * Receivers * count, await app.RunAsync("main", (long)Senders, (long)Receivers, (long)count));
        Assert.Equal(0, app.Runtime.Node.DeadLetters.Count);
    }

    // Somebody lets every process that waits hibernate, all the time and while messages come for it.
    [Fact]
    public async Task Messages_ToProcessesThatHibernate_ArriveOnceAndInOrder()
    {
        const int Senders = 4, Receivers = 16;
        var count = StressLevel.Count(3_000, 100_000);
        await using var app = new StressApp(workers: 2);
        var run = app.RunAsync("main", (long)Senders, (long)Receivers, (long)count);
        var hibernations = 0L;
        var disturber = Task.Factory.StartNew(
            () =>
            {
                while (!run.IsCompleted) hibernations += app.Runtime.Node.Processes.All.Count(process => process.TryHibernate());
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Assert.Equal((long)Senders * Receivers * count, await run);
        await disturber;
        Assert.NotEqual(0, hibernations);
    }

    [Fact]
    public async Task Processes_ThatComeAndGo_LeaveNoMemoryBehind()
    {
        await using var app = new StressApp(workers: 2);
        await BurstAsync(app, 10_000);
        var before = ResidentBytes();

        await BurstAsync(app, 100_000);

        Assert.InRange(ResidentBytes(), 0, before * 12 / 10);
    }

    private static async Task BurstAsync(StressApp app, int count)
    {
        Assert.Equal((long)count, await app.RunAsync("burst", (long)count, "stress:user"));
        var waiting = app.Runtime.Node.Processes.All.ToList();
        Assert.Equal(count, waiting.Count);
        foreach (var process in waiting) process.End(ProcessErrors.Terminated);
        foreach (var process in waiting) await process.WhenEnded().WaitAsync(Safety);
    }

    private static long ResidentBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet;
    }

    private sealed class StressApp : IAsyncDisposable
    {
        public StressApp(int workers)
        {
            Entry[] entries =
            [
                new(Id("user"), EntryKinds.ProcessHost, data: new Dictionary<string, object?> { ["zone"] = "user", ["workers"] = (long)workers }),
                Lua("main", Main), Lua("sender", Sender), Lua("receiver", Receiver), Lua("burst", Burst),
                Lua("waiter", "return { main = function() process.inbox():receive() end }"),
            ];
            Runtime = new Runtime(new RuntimeOptions(), Snapshot.FromDeclared(entries.ToImmutableSortedDictionary(e => e.Id, e => e)), new NativeProcesses(), TimeProvider.System, NullLoggerFactory.Instance);
            Runtime.Start();
        }

        public Runtime Runtime { get; }

        public async Task<object?> RunAsync(string name, params object?[] arguments)
        {
            using var buffer = new ByteBuffer();
            PayloadValues.WriteArguments(buffer, arguments);
            var (process, refusal) = await Runtime.SpawnAsync(Id(name), Id("user"), Payload.Copy(buffer.WrittenSpan));
            Assert.Null(refusal);
            var ended = await process!.WhenEnded().WaitAsync(Safety);
            Assert.Null(ended.Error);
            var reader = new MessagePackReader(ended.Value.Span);
            return PayloadValues.Read(ref reader);
        }

        public ValueTask DisposeAsync() => Runtime.DisposeAsync();

        private static EntryId Id(string name) => new("stress", name);

        private static Entry Lua(string name, string source) => new(Id(name), EntryKinds.LuaProcess, data: new Dictionary<string, object?>
        {
            ["source"] = source,
            ["method"] = "main",
            ["modules"] = new List<object?> { "time" },
        });
    }
}
