using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Docs;

/// <summary>The example of docs/native-processes.md does what it says.</summary>
public class NativeProcessPageTests
{
    [Fact]
    public void Adder_NumbersFromLua_AnswersEachWithTheTotal()
    {
        var adder = new Entry(new EntryId("app", "adder"), EntryKinds.NativeProcess, data: new Dictionary<string, object?>());
        var main = TestNode.Lua("main", """
            return { main = function()
              local pid = process.spawn_monitored("app:adder", "app:user", 10)
              local totals = process.listen("total")
              process.send(pid, "number", 1)
              process.send(pid, "number", "not one")
              process.send(pid, "number", 5)
              local first, second = totals:receive(), totals:receive()
              process.send(pid, "done")
              return { first, second, process.events():receive().result.value }
            end }
            """);
        using var node = new TestNode([adder, main], natives: new NativeProcesses().Add("app:adder", () => new Adder()));

        Assert.Equal(new List<object?> { 11L, 16L, 16L }, node.Run("main"));
    }
}
