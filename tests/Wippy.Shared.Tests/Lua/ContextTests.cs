using Wippy.Shared.Messaging;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

public class ContextTests
{
    private static readonly ContextValues Context = ContextValues.Empty.With(
    [
        new("number", new byte[] { 7 }),
        new("table", new byte[] { 0x92, 1, 2 }),
    ]);

    [Fact]
    public void Get_AllKindsOfKeys_ValueOrError()
    {
        using var node = new TestNode(LuaEntries("""
            local ctx = require("ctx")
            return { main = function()
              local list = ctx.get("table")
              local _, missing = ctx.get("other")
              local _, empty = ctx.get("")
              local ok, raised = pcall(ctx.get)
              return table.concat({ ctx.get("number"), #list, missing:kind(), missing:message(), empty:kind(), tostring(ok), raised }, ", ")
            end }
            """));

        Assert.Equal(
            "7, 2, NotFound, key not found: other, Invalid, false, bad argument #1 to 'get' (string expected, got no value)",
            Call(node).Replace("app:f:7: ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void All_Values_AsATableOfItsOwn()
    {
        using var node = new TestNode(LuaEntries("""
            local ctx = require("ctx")
            return { main = function()
              local all = ctx.all()
              all.number = 1
              return all.table[2] .. " " .. ctx.all().number .. " " .. ctx.get("number")
            end }
            """));

        Assert.Equal("2 7 7", Call(node));
        Assert.Equal("table: 0", Call(node, "none"));
    }

    [Fact]
    public void Context_OfCalledFunctionsAndChildren_IsInherited()
    {
        using var node = new TestNode(
        [
            .. LuaEntries("""
                local funcs = require("funcs")
                return { main = function()
                  process.registry.register("f")
                  process.spawn("app:child", "app:user")
                  local async = funcs.async("app:inner"):channel():receive():data()
                  return funcs.call("app:inner") .. " " .. async .. " " .. process.inbox():receive():payload():data()
                end }
                """),
            LuaTestFile.Function("inner", """local ctx = require("ctx") return { main = function() return tostring(ctx.get("number")) end }"""),
            TestNode.Lua("child", """return { main = function() process.send("f", "value", tostring(ctx.get("number"))) end }"""),
        ]);

        Assert.Equal("7 7 7", Call(node));
    }

    private static IEnumerable<Wippy.Shared.Registry.Entry> LuaEntries(string source) =>
    [
        LuaTestFile.Function("f", source),
        LuaTestFile.Function("none", """local n = 0 for _ in pairs(require("ctx").all()) do n = n + 1 end return { main = function() return "table: " .. n end }"""),
    ];

    private static string Call(TestNode node, string function = "f")
    {
        var call = node.Call(function, context: function == "none" ? null : Context);
        node.Scheduler.RunUntilIdle();
        return (string)call.Value()!;
    }
}
