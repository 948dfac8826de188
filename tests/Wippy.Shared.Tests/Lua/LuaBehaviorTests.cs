using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

public class LuaBehaviorTests
{
    [Theory]
    [InlineData("table.sort({ 2, 1 }, function() while true do end end)")]
    [InlineData("string.gsub('x', '.', function() while true do end end)")]
    [InlineData("pcall(table.sort, { 2, 1 }, function() while true do pcall(function() while true do end end) end end) while true do end")]
    [InlineData("tostring(setmetatable({}, { __tostring = function() while true do end end }))")]
    [InlineData("coroutine.wrap(function() table.sort({ 2, 1 }, function() while true do end end) end)()")]
    public void End_OfALoopThatCannotYield_StopsIt(string loop)
    {
        using var node = TestNode.WithLua(("main", $"return {{ main = function() {loop} end }}"));
        var spawned = node.Start("main");
        node.Scheduler.Run(1);   // initialises it
        var worker = new Thread(() => node.Scheduler.RunUntilIdle());
        worker.Start();
        var process = spawned.Process!;
        while (process.State != ProcessState.Running) Thread.Yield();
        process.End(ProcessErrors.Terminated);
        worker.Join();
        Assert.Equal("process terminated", spawned.Result!.Error!.Message);
    }

    [Fact]
    public void Step_CoroutinesThatComputeBetweenWaits_OthersGetTheirTurn()
    {
        using var node = TestNode.WithLua(
            ("busy", """
                return { main = function()
                  for _ = 1, 100 do
                    coroutine.spawn(function()
                      local ch = channel.new(1)
                      while true do
                        for _ = 1, 1000 do end
                        ch:send(1)
                        ch:receive()
                      end
                    end)
                  end
                  process.inbox():receive()
                end }
                """),
            ("quick", "return { main = function() return 'done' end }"));
        node.Start("busy");
        var quick = node.Start("quick");
        Assert.False(node.Scheduler.Run(20));
        Assert.Equal("done", quick.Value());
    }

    // What the monitor does from another thread when a step has lasted for its slice, done by the step itself: when it logs.
    [Fact]
    public void Step_WhoseTimeIsUp_EndsWithTheOperationThatRuns()
    {
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(new OnLog(() => LuaMonitor.Turn.Stop(LuaMonitor.Turn.Current))));
        using var node = new TestNode([TestNode.Lua("main", """
            local logger = require("logger")
            return { main = function()
              local ch = channel.new(1)
              for i = 1, 3 do
                if i == 2 then logger:info("over") end
                ch:send(i)
                ch:receive()
              end
              process.inbox():receive()
            end }
            """)], loggers: loggers);
        var process = node.Spawn("main").Process!;
        // Its preparation, until its time is up, the rest.
        Assert.Equal(3, process.Steps);
        Assert.Equal(ProcessState.Idle, process.State);
    }

    // A child of the same zone makes its first step inside that of its parent.
    [Fact]
    public void Step_ThatStartsAChild_IsOneTurnWithTheFirstStepOfThat()
    {
        var turns = new List<long>();
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(new OnLog(() => turns.Add(LuaMonitor.Turn.Current))));
        using var node = new TestNode(
            [
                TestNode.Lua("main", """
                    local logger = require("logger")
                    return { main = function()
                      coroutine.spawn(function() logger:info("while main waits for the answer") end)
                      logger:info("before")
                      assert(process.spawn("app:child", "app:user"))
                    end }
                    """),
                TestNode.Lua("child", """
                    require("logger"):info("child")
                    return { main = function() end }
                    """),
            ],
            loggers: loggers);

        node.Run("main");

        Assert.Equal(3, turns.Count);
        Assert.NotEqual(0, turns[0]);
        Assert.Single(turns.Distinct());
        Assert.Equal(0, LuaMonitor.Turn.Current);
    }

    [Fact]
    public async Task Start_ArgumentsOfAPeerThatAreMalformed_FailTheProcessOnly()
    {
        using var node = TestNode.WithLua(("main", "return { main = function() end }"));
        Task<ExitResult>? ended = null;
        node.Node.Router.Spawn(
            new SpawnRequest
            {
                Entry = new EntryId("app", "main"),
                Host = new EntryId("app", "user"),
                Arguments = Payload.Copy([0x91, 0xc1]),
                Reply = (pid, _) =>
                {
                    Assert.True(node.Node.Processes.TryGet(pid, out var process));
                    ended = process.WhenEnded();
                },
            },
            null);
        node.Scheduler.RunUntilIdle();
        Assert.Contains("app:main", (await ended!).Error!.Message);
    }

    [Fact]
    public void Events_OfAPeerThatAreMalformed_ArriveWithoutTheirValue()
    {
        using var node = TestNode.WithLua(("main", """
            return { main = function()
              local one, two = process.events():receive(), process.events():receive()
              return { one.result.value == nil, two.result.error:message(), two.result.error:details() == nil }
            end }
            """));
        var spawned = node.Spawn("main");
        var from = new Pid("mars", "app:user", 1);
        byte[] malformed = [0xc1];
        spawned.Process!.Post(new Signal(SignalKind.Exit, from, default) { Result = new ExitResult(malformed, null) });
        spawned.Process.Post(new Signal(SignalKind.Exit, from, default) { Result = ExitResult.Failed(new Error(ErrorKind.Internal, "text") { Details = malformed }) });
        node.Scheduler.RunUntilIdle();
        Assert.Equal(new List<object?> { true, "text", true }, spawned.Value());
    }

    [Fact]
    public void Message_OfAPeerThatIsMalformed_ArrivesWithoutPayloadAndIsCounted()
    {
        using var node = TestNode.WithLua(("main", "return { main = function() local m = process.inbox():receive() return { m:topic(), m:payload() == nil } end }"));
        var spawned = node.Spawn("main");
        node.Node.Router.Deliver(spawned.Pid, Message.Create(new Pid("mars", "app:user", 1), Topic.Of("t"), [0x92, 0x01]));
        node.Scheduler.RunUntilIdle();
        Assert.Equal(new List<object?> { "t", true }, spawned.Value());
        Assert.Equal(1, node.Node.DeadLetters.Count);
    }

    private sealed class OnLog(Action act) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => act();

        public void Dispose()
        {
        }
    }
}
