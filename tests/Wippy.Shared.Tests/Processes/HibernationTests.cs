using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Processes;

/// <summary>
/// When processes hibernate, and what of them stays. That nothing is lost is also what all seeded runs of tests/lua show, in
/// which one wait in four is a hibernation (<see cref="ManualScheduler.Parked"/>).
/// </summary>
public sealed class HibernationTests
{
    // Everything that a state can hold, changed by each message.
    private const string Keeper = """
        local words, numbers, calls = {}, {}, {}
        local generator = coroutine.wrap(function() local n = 0 while true do n = n + 1 coroutine.yield(n) end end)
        local ch = channel.new(3)
        local function main(size)
          local inbox, sum = process.inbox(), 0
          while true do
            local message = inbox:receive()
            if message:topic() == "sum" then
              for i = 1, #words do sum = sum + #words[i] + numbers[i] + numbers["x" .. i] + calls[i]() end
              return sum .. " " .. generator() .. " " .. ch:receive()
            end
            for _ = 1, message:payload():data() do
              local i = #words + 1
              words[i] = "word " .. i
              numbers[i], numbers["x" .. i] = i, i / 4
              calls[i] = function() numbers[i] = numbers[i] + 1 return i * 0.5 end
              generator()
            end
            ch:send(#words)
          end
        end
        return { main = main }
        """;

    [Fact]
    public void Process_ThatWaitsForLong_HibernatesAndGoesOnWhenAMessageArrives()
    {
        using var node = new TestNode([TestNode.Lua("keeper", Keeper)]);
        var keeper = node.Spawn("keeper");
        var before = keeper.Process!.MemoryBytes;
        node.Advance(TimeSpan.FromSeconds(9));
        Assert.False(keeper.Process.IsHibernating);

        node.Advance(TimeSpan.FromSeconds(6));
        Assert.True(keeper.Process.IsHibernating);
        Assert.InRange(keeper.Process.MemoryBytes, 1, before / 5);

        node.Send(keeper, "add", 5);
        Assert.False(keeper.Process.IsHibernating);
        node.Send(keeper, "sum");
        Assert.Equal("56.25 6 5", keeper.Value());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]     // within the head
    [InlineData(400)]    // with further chunks and large blocks
    [InlineData(3000)]   // too large to hibernate
    public void State_OfAnySize_IsTheSameAfterManyHibernations(int size)
    {
        Assert.Equal(Run(hibernate: false), Run(hibernate: true));

        object? Run(bool hibernate)
        {
            using var node = new TestNode([TestNode.Lua("keeper", Keeper)]);
            var keeper = node.Spawn("keeper");
            var times = 0;
            for (var round = 0; round < 3; round++)
            {
                for (var again = 0; again < 3; again++)
                {
                    if (hibernate && keeper.Process!.TryHibernate()) times++;
                }
                node.Send(keeper, "add", size);
            }
            if (hibernate) Assert.Equal(size == 3000 ? 1 : 3, times);
            node.Send(keeper, "sum");
            return keeper.Value();
        }
    }

    [Fact]
    public void Process_ThatATimerWakes_Hibernates()
    {
        const string Ticker = """
            return { main = function()
              local n = 0
              for _ = 1, 3 do
                time.sleep("1m")
                n = n + 1
              end
              return n
            end }
            """;
        using var node = new TestNode([TestNode.Lua("ticker", Ticker)]);
        var ticker = node.Spawn("ticker");
        for (var minute = 0; minute < 3; minute++)
        {
            node.Advance(TimeSpan.FromSeconds(30));
            Assert.True(ticker.Process!.IsHibernating);
            node.Advance(TimeSpan.FromSeconds(30));
        }
        Assert.Equal(3L, ticker.Value());
    }

    [Fact]
    public void Process_OnAHostThatDoesNotWantIt_NeverHibernates()
    {
        var limits = new Dictionary<string, object?> { ["hibernate_after"] = "0s" };
        var awake = new Entry(new EntryId("app", "awake"), EntryKinds.ProcessHost, data: new Dictionary<string, object?> { ["limits"] = limits });
        using var node = new TestNode([TestNode.Lua("keeper", Keeper), awake]);
        var keeper = node.Spawn("keeper", "awake");
        node.Advance(TimeSpan.FromMinutes(1));
        Assert.False(keeper.Process!.IsHibernating);
    }

    [Fact]
    public void Process_ThatIsTerminatedWhileItHibernates_EndsLikeAnyOther()
    {
        using var node = new TestNode([TestNode.Lua("keeper", Keeper)]);
        for (var i = 0; i < 200; i++)
        {
            var keeper = node.Spawn("keeper");
            node.Send(keeper, "add", i);
            Assert.True(keeper.Process!.TryHibernate());
            keeper.Process.End(new(ErrorKind.Canceled, "enough"));
            node.Scheduler.RunUntilIdle();
            Assert.Equal("enough", keeper.Result!.Error!.Message);
        }
        Assert.Equal(0, node.Node.Processes.Count);
    }
}
