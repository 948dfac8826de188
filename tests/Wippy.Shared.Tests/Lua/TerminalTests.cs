using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>The io module on the terminal host; elsewhere see tests/lua/io.</summary>
public sealed class TerminalTests
{
    [Fact]
    public void Write_AnyValues_ReachTheTerminal()
    {
        using var node = Node("""
            assert(io.write("a", 1, true, nil) == true)
            io.print("b", 2, setmetatable({}, { __tostring = function() return "custom" end }))
            io.print()
            io.eprint("wrong", 7)
            io.write("\0\195\169")
            assert(io.flush() == true)
            """);
        node.Run("main", "terminal");
        Assert.Equal("a1truenilb\t2\tcustom\n\n\0é", node.Terminal.Output);
        Assert.Equal("wrong\t7\n", node.Terminal.Errors);
    }

    [Fact]
    public void Write_ToStringRaises_NothingIsWritten()
    {
        using var node = Node("""
            local ok, err = pcall(io.print, "before", setmetatable({}, { __tostring = function() error("nasty", 0) end }))
            io.write(tostring(ok), " ", err)
            """);
        node.Run("main", "terminal");
        Assert.Equal("false nasty", node.Terminal.Output);
    }

    [Fact]
    public void ReadLine_UntilTheEnd_GivesLinesThenAnError()
    {
        using var node = Node("""
            local lines = {}
            while true do
              local line, err = io.readline()
              if not line then
                lines[#lines + 1] = err:message()
                return lines
              end
              lines[#lines + 1] = line
            end
            """);
        node.Terminal.Type("one");
        node.Terminal.Type("");
        node.Terminal.Type("two words");
        Assert.Equal(new List<object?> { "one", "", "two words", "end of input" }, node.Run("main", "terminal"));
    }

    [Fact]
    public void Terminate_ProcessOnTheTerminalHost_EndsIt()
    {
        using var node = Node("process.inbox():receive()");
        var program = node.Start("main", "terminal");
        node.Scheduler.RunUntilIdle();
        Assert.Null(program.Result);

        node.Node.Router.Accept(new Ask(AskKind.Terminate, program.Pid, program.Pid));
        node.Scheduler.RunUntilIdle();

        Assert.Equal("process terminated", program.Result!.Error!.Message);
    }

    [Theory]
    [InlineData("0", "cannot read 0 bytes (1 to 1048576)")]
    [InlineData("1048577", "cannot read 1048577 bytes (1 to 1048576)")]
    public void Read_SizeOutOfRange_Invalid(string size, string message)
    {
        using var node = Node($"local data, err = io.read({size}) return {{ data, err:kind(), err:message() }}");
        var result = Assert.IsType<Dictionary<string, object?>>(node.Run("main", "terminal"));
        Assert.Equal("Invalid", result["2"]);
        Assert.Equal(message, result["3"]);
    }

    [Fact]
    public void Args_OfTheCommand_AreAList()
    {
        using var node = Node("return io.args()");
        node.Terminal.Arguments = ["-v", "file name"];
        Assert.Equal(new List<object?> { "-v", "file name" }, node.Run("main", "terminal"));
    }

    [Theory]
    [InlineData("io.raw() io.raw(true) io.raw(false) io.raw(false) io.raw(false)", new[] { true, false })]
    [InlineData("io.raw() io.raw() io.raw(false)", new[] { true, false })]      // the end of the process
    [InlineData("io.raw() error('oops')", new[] { true, false })]
    [InlineData("io.raw(false)", new bool[0])]
    public void Raw_IsCountedAndEndsWithTheProcess(string body, bool[] switches)
    {
        using var node = Node(body);
        node.Spawn("main", "terminal");
        Assert.Equal(switches, node.Terminal.RawSwitches);
    }

    private static TestNode Node(string body) => TestNode.WithLua(("main", $"return {{ main = function() {body} end }}"));
}
