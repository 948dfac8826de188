using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Shared.Tests.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Processes;

public class NativeProcessTests
{
    private const string LuaMain = """
        return { main = function()
          local pid, err = process.spawn_monitored("app:native", "app:user", 20, { unit = "s" })
          if err then return nil, err end
          process.send(pid, "ask", 1, { 2, 3 }, "text")
          local msg = process.inbox():receive()
          local event = process.events():receive()
          local err = event.result.error
          return {
            topic = msg:topic(), from = msg:from() == pid, answer = msg:payload():data(), value = event.result.value,
            error = err and err:message(), kind = err and err:kind(),
          }
        end }
        """;

    [Fact]
    public void LuaAndNative_ExchangeMessages_AndExitTellsTheResult()
    {
        using var node = Node(async process =>
        {
            var message = await process.ReceiveAsync();
            Assert.Equal("ask", message.Topic);
            Assert.Equal([20L, new Dictionary<string, object?> { ["unit"] = "s" }], process.Arguments);
            Assert.Equal("app:native", process.Entry);
            Assert.Null(process.Send(message.From, "answer", message.Values));
            return "done";
        });
        var result = Assert.IsType<Dictionary<string, object?>>(Run(node));
        Assert.Equal("answer", result["topic"]);
        Assert.Equal(true, result["from"]);
        Assert.Equal("done", result["value"]);
        Assert.Equal(new List<object?> { 1L, new List<object?> { 2L, 3L }, "text" }, result["answer"]);
    }

    [Theory]
    [InlineData("exception", "Internal", "no luck")]
    [InlineData("late exception", "Internal", "no luck")]
    [InlineData("error", "Conflict", "busy")]
    [InlineData("cancelled", "Canceled", "the process was cancelled")]
    [InlineData("result that cannot be sent", "Internal", "cannot be sent")]
    [InlineData("async void", "Internal", "thrown aside")]
    public void Native_Fails_ExitTellsTheError(string how, string kind, string message)
    {
        using var node = Node(async process =>
        {
            var parent = (await process.ReceiveAsync()).From;
            process.Send(parent, "answer", "soon over");
            switch (how)
            {
                case "late exception":
                    await process.DelayAsync(TimeSpan.FromMilliseconds(5));
                    throw new InvalidOperationException("no luck");
                case "exception":
                    throw new InvalidOperationException("no luck");
                case "error":
                    throw new ProcessFailedException(new Error(ErrorKind.Conflict, "busy"));
                case "cancelled":
                    throw new OperationCanceledException();
                case "async void":
                    ThrowAside(process);
                    await process.ReceiveAsync();
                    return null;
                default:
                    return DateTime.UnixEpoch;
            }
        });
        var result = Assert.IsType<Dictionary<string, object?>>(Run(node));
        Assert.Equal(kind, result["kind"]);
        Assert.Contains(message, (string)result["error"]!);
    }

    [Fact]
    public void Native_ThrowsBeforeItsFirstWait_FailsLikeLater()
    {
        using var node = new TestNode([Entry("native")], natives: new NativeProcesses().Add("app:native", () => new Lambda(_ => throw new InvalidOperationException("early"))));
        var spawned = node.Spawn("native");
        Assert.Equal("early", spawned.Result!.Error!.Message);
    }

    [Fact]
    public void Native_Constructor_ThrowsIsASpawnFailure()
    {
        using var node = new TestNode([Entry("native")], natives: new NativeProcesses().Add("app:native", () => throw new InvalidOperationException("no device")));
        Assert.Equal("failed to create process: no device", node.Spawn("native").Refusal!.Message);
    }

    [Fact]
    public void Native_UnknownClass_IsNotFoundAndNamesWhatThereIs()
    {
        using var node = new TestNode([Entry("other")], natives: new NativeProcesses().Add("app:native", () => new Lambda(_ => Task.FromResult<object?>(null))));
        var refusal = node.Spawn("other").Refusal!;
        Assert.Equal(ErrorKind.NotFound, refusal.Kind);
        Assert.Contains("app:native", refusal.Message);
    }

    [Fact]
    public void DelayAsync_WaitsOnTheNodesClock_WithoutHoldingAWorker()
    {
        using var node = Native(async process =>
        {
            await process.DelayAsync(TimeSpan.FromSeconds(2));
            return "late";
        });
        var spawned = node.Spawn("native");
        Assert.Equal(ProcessState.Blocked, spawned.Process!.State);
        node.Advance(TimeSpan.FromSeconds(1.99));
        Assert.Null(spawned.Result);
        node.Advance(TimeSpan.FromSeconds(0.01));
        Assert.Equal("late", spawned.Value());
    }

    [Fact]
    public void Cancel_Arrives_AsEventAndToken()
    {
        using var node = Native(async process =>
        {
            var @event = await process.NextEventAsync();
            return $"{@event.Kind} {@event.Reason} {process.Cancelled.IsCancellationRequested}";
        });
        var spawned = node.Spawn("native");
        node.Node.Router.Accept(new Ask(AskKind.Cancel, spawned.Pid, spawned.Pid, "enough"));
        node.Scheduler.RunUntilIdle();
        Assert.Equal("Cancel enough True", spawned.Value());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cancelled_CallbackThrows_NeverReachesTheWorker(bool terminate)
    {
        using var node = Native(async process =>
        {
            process.Cancelled.Register(static () => throw new InvalidOperationException("in the callback"));
            await process.ReceiveAsync();
            return null;
        });
        var spawned = node.Spawn("native");
        node.Node.Router.Accept(new Ask(terminate ? AskKind.Terminate : AskKind.Cancel, spawned.Pid, spawned.Pid));
        node.Scheduler.RunUntilIdle();
        Assert.Contains(terminate ? "process terminated" : "in the callback", spawned.Result!.Error!.Message);
    }

    [Fact]
    public void SpawnAsync_AndRelations_WorkFromNative()
    {
        using var node = Native(
            async process =>
            {
                process.TrapLinks = true;
                var child = await process.SpawnAsync("app:lua", "app:user", SpawnRelation.Monitored | SpawnRelation.Linked, "fail");
                var exit = await process.NextEventAsync();
                var down = await process.NextEventAsync();
                Assert.Equal((NativeEventKind.Exit, child), (exit.Kind, exit.From));
                Assert.Equal((NativeEventKind.LinkDown, child), (down.Kind, down.From));
                Assert.Contains("fail", exit.Error!.Message);

                Assert.Null(await process.RegisterAsync("boss"));
                var other = await process.SpawnAsync("app:lua", "app:user", SpawnRelation.None, "wait");
                Assert.Null(await process.MonitorAsync(other));
                Assert.Equal("already monitoring pid", (await process.MonitorAsync(other))!.Message);
                Assert.Null(await process.LinkAsync(other));
                Assert.Null(await process.UnlinkAsync(other));
                Assert.Null(await process.TerminateAsync(other));
                Assert.Equal("process terminated", (await process.NextEventAsync()).Error!.Message);
                Assert.Equal(ErrorKind.NotFound, (await process.CancelAsync("nobody"))!.Kind);
                var failure = await Assert.ThrowsAsync<ProcessFailedException>(() => process.SpawnAsync("app:missing", "app:user"));
                Assert.Equal("factory not found", failure.Error.Message);
                return "all of it";
            },
            TestNode.Lua("lua", "return { main = function(how) if how == 'fail' then error('fail') end process.inbox():receive() end }"));
        Assert.Equal("all of it", node.Spawn("native").Value());
    }

    [Fact]
    public void LinkedProcessFails_WithoutTrap_EndsTheNativeProcess()
    {
        using var node = Native(
            async process =>
            {
                await process.SpawnAsync("app:lua", "app:user", SpawnRelation.Linked);
                await process.ReceiveAsync();
                return null;
            },
            TestNode.Lua("lua", "return { main = function() error('fail') end }"));
        Assert.Equal("linked process failed", node.Spawn("native").Result!.Error!.Message);
    }

    [Fact]
    public void Continuations_OfOneProcess_NeverOverlap()
    {
        var inside = 0;
        var overlaps = 0;
        using var node = Native(async process =>
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
            {
                for (var n = 0; n < 20; n++)
                {
                    if (Interlocked.Increment(ref inside) != 1) overlaps++;
                    Interlocked.Decrement(ref inside);
                    await process.DelayAsync(TimeSpan.FromMilliseconds((i + n) % 3));
                }
            }));
            return "done";
        });
        var spawned = node.Spawn("native");
        node.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("done", spawned.Value());
        Assert.Equal(0, overlaps);
    }

    [Fact]
    public void CallAsync_Function_GivesItsResultOrError()
    {
        using var node = Native(
            async process =>
            {
                Assert.Equal(5L, await process.CallAsync("app:add", 2L, 3L));
                var failure = await Assert.ThrowsAsync<ProcessFailedException>(() => process.CallAsync("app:add", 2L, "x"));
                Assert.Equal((ErrorKind.Invalid, "numbers please", true), (failure.Error.Kind, failure.Error.Message, failure.Error.Retryable));
                failure = await Assert.ThrowsAsync<ProcessFailedException>(() => process.CallAsync("app:missing"));
                Assert.Equal((ErrorKind.NotFound, "no handler registered for target"), (failure.Error.Kind, failure.Error.Message));
                failure = await Assert.ThrowsAsync<ProcessFailedException>(() => process.CallAsync("add"));
                Assert.Equal((ErrorKind.Invalid, "namespace required in function ID"), (failure.Error.Kind, failure.Error.Message));
                var both = await Task.WhenAll(process.CallAsync("app:add", 1L, 1L), process.CallAsync("app:add", 2L, 2L));
                Assert.Equal([2L, 4L], both);
                return "called";
            },
            Function("add", """
                return { main = function(a, b)
                  if type(b) ~= "number" then return nil, errors.new { message = "numbers please", kind = errors.INVALID, retryable = true } end
                  return a + b
                end }
                """));
        Assert.Equal("called", node.Spawn("native").Value());
    }

    [Theory]
    [InlineData("app:add", "not allowed: app:add")]
    [InlineData("app:other", null)]
    public void CallAsync_ScopeOfTheProcess_Decides(string denied, string? expected)
    {
        using var node = Native(
            async process =>
            {
                try
                {
                    return await process.CallAsync("app:add", 1L, 2L);
                }
                catch (ProcessFailedException failure)
                {
                    Assert.Equal(ErrorKind.PermissionDenied, failure.Error.Kind);
                    return failure.Error.Message;
                }
            },
            Function("add", "return function(a, b) return a + b end"));
        var scope = Scope.Of([SecurityApp.Policy(), SecurityApp.Policy("funcs.call", $"'{denied}'", "deny", name: "but")]);
        Assert.Equal(expected ?? (object)3L, node.Spawn("native", security: new SecurityContext(new Actor("user:1"), scope)).Value());
    }

    [Fact]
    public void CallAsync_CallerEnds_TheCallEndsToo()
    {
        using var node = Native(
            async process => await process.CallAsync("app:wait"),
            Function("wait", "return function() process.registry.register('waiting') process.inbox():receive() end"));
        var spawned = node.Spawn("native");
        Assert.True(node.Node.Names.TryLookup("waiting", out _));

        node.Node.Router.Accept(new Ask(AskKind.Terminate, spawned.Pid, spawned.Pid));
        node.Scheduler.RunUntilIdle();

        Assert.False(node.Node.Names.TryLookup("waiting", out _));
    }

    private static Entry Function(string name, string source) =>
        new(new EntryId("app", name), EntryKinds.LuaFunction, data: new Dictionary<string, object?> { ["source"] = source, ["method"] = "main" });

    private static async void ThrowAside(NativeContext process)
    {
        await process.DelayAsync(TimeSpan.FromMilliseconds(1));
        throw new InvalidOperationException("thrown aside");
    }

    private static TestNode Node(Func<NativeContext, Task<object?>> run) => Native(run, TestNode.Lua("main", LuaMain));

    private static TestNode Native(Func<NativeContext, Task<object?>> run, params Entry[] entries) =>
        new([Entry("native"), .. entries], natives: new NativeProcesses().Add("app:native", () => new Lambda(run)));

    private static Entry Entry(string name) => new(new EntryId("app", name), EntryKinds.NativeProcess, data: new Dictionary<string, object?>());

    private static object? Run(TestNode node)
    {
        var spawned = node.Start("main");
        Assert.True(node.RunToEnd(spawned, TimeSpan.FromSeconds(1)));
        return spawned.Value();
    }

    private sealed class Lambda(Func<NativeContext, Task<object?>> run) : NativeProcess
    {
        public override Task<object?> RunAsync(NativeContext process) => run(process);
    }
}
