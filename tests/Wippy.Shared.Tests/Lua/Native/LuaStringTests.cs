using System.Text;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Tests.Lua.Native;

public class LuaStringTests
{
    private const int CollectStep = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Push_WhileTheCollectorWorks_NeverGivesAStringThatIsFreed(int seed)
    {
        // Strings come, go and come again between small steps of the collector: one that it has given up already must not be handed out.
        var random = new Random(seed);
        using var state = LuaState.Create();
        var stack = state.Main;
        stack.NewTable();
        var expected = new Dictionary<string, long>();
        for (var n = 0L; n < 50_000; n++)
        {
            var text = $"name {random.Next(300)}";
            stack.Push(Encoding.UTF8.GetBytes(text));
            if (random.Next(3) == 0)
            {
                stack.PushNil();
                expected.Remove(text);
            }
            else
            {
                stack.Push(n);
                expected[text] = n;
            }
            stack.RawSet(1);
            if (random.Next(4) == 0) LuaApi.lua_gc(stack.Handle, CollectStep, 1, 0, 0);
        }

        foreach (var (text, n) in expected)
        {
            Assert.Equal(LuaType.Number, stack.RawGetField(1, Encoding.UTF8.GetBytes(text)));
            Assert.Equal(n, stack.ToInteger(-1));
            stack.Pop(1);
        }
        stack.PushNil();
        var entries = 0;
        while (stack.Next(1))
        {
            Assert.True(expected.ContainsKey(stack.ToText(-2)));
            entries++;
            stack.Pop(1);
        }
        Assert.Equal(expected.Count, entries);
    }

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("of sixteen bytes")]
    [InlineData("of seventeen byte")]
    [InlineData("nul \0 and ü")]
    public void Push_Twice_GivesTheSameString(string text)
    {
        using var state = LuaState.Create();
        var stack = state.Main;

        stack.Push(Encoding.UTF8.GetBytes(text));
        stack.Push(Encoding.UTF8.GetBytes(text));

        Assert.Equal(text, stack.ToText(-1));
        if (text.Length <= 16) Assert.Equal(stack.ToPointer(-2), stack.ToPointer(-1));
        Assert.NotEqual(0, stack.ToPointer(-1));
    }
}
