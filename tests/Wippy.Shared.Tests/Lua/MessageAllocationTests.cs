using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>The way of a message, from <c>process.send</c> to what <c>receive</c> returns, takes no memory that .NET has to collect.</summary>
public sealed class MessageAllocationTests
{
    [Theory]
    [InlineData("n")]
    [InlineData("{ op = 'ping', n = n }")]
    [InlineData("{ n, n, { n } }")]
    [InlineData("'text', n, true, nil, 1.5")]
    public void SendAndReceive_BetweenTwoLuaProcesses_AllocatesNothing(string payload)
    {
        using var node = TestNode.WithLua(
            ("echo", $$"""
                return { main = function()
                  local inbox = process.inbox()
                  while true do
                    local message = inbox:receive()
                    local n = message:payload()
                    n = 1
                    process.send(message:from(), message:topic(), {{payload}})
                  end
                end }
                """),
            ("main", $$"""
                return { main = function()
                  local inbox = process.inbox()
                  local echo = process.spawn("app:echo", "app:user")
                  local n = 0
                  while true do
                    n = n + 1
                    process.send(echo, "ping", {{payload}})
                    inbox:receive()
                  end
                end }
                """));
        node.Start("main");
        Assert.False(node.Scheduler.Run(2_000));   // pools and buffers fill

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(node.Scheduler.Run(2_000));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000);   // some hundred messages: less than one object each
    }
}
