using System.Text;
using Wippy.Shared.Lua;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Tests.Lua.Native;

public sealed class LuaImageTests
{
    // Needs no library; the length of all its words is 1992.
    private const string Program = """
        local words, count = { "one", "two", "three" }, 0
        for i = 1, 300 do
          words[#words + 1] = "word" .. i
          count = count + #words[#words]
        end
        local object = { n = count }
        return object.n
        """;

    [Fact]
    public void Copy_ManyRunAndCollectedInTurn_EachComputesTheSame()
    {
        var image = LuaImage.TryCreate(Load)!;
        var copies = Enumerable.Range(0, 200).Select(_ => image.Copy(long.MaxValue)).ToList();
        foreach (var copy in copies) copy.Collect();
        foreach (var copy in copies)
        {
            Assert.Equal(1992, Run(copy));
            copy.Collect();
        }
        foreach (var copy in copies) copy.Dispose();
    }

    [Fact]
    public void Copy_ChangedByItsProgram_LeavesTheImageAsItWas()
    {
        var image = LuaImage.TryCreate(stack =>
        {
            stack.NewTable();
            stack.Anchor(1);
        })!;
        using var first = image.Copy(long.MaxValue);
        Assert.Equal(LuaType.Table, first.Main.PushAnchored(1));
        first.Main.Push("mine");
        first.Main.RawSet(-2, 1);
        using var second = image.Copy(long.MaxValue);
        second.Main.PushAnchored(1);
        Assert.Equal(0, second.Main.RawLength(-1));
    }

    // Structures in memory that held pointers before keep parts of them in their padding, which must not be taken for pointers: a
    // closure with another number of upvalues or another colour would be lost.
    [Fact]
    public void Copy_OfAnImageFromUsedMemory_KeepsItsClosures()
    {
        const string Program = """
            local calls = ...
            for i = 1, 40 do
              local n = i
              calls[i] = function() n = n + 1 return n end
              calls[40 + i] = function() return 1 end
            end
            """;
        // Of the sizes of closures, with pointers where those have their number of upvalues.
        const string Garbage = "local a, b, c, d = function() end, function() end, function() end, function() end";
        const string Check = """
            local calls, sum = ..., 0
            for i = 1, 80 do sum = sum + calls[i]() end
            return sum
            """;
        for (var i = 0; i < 1000; i++)
        {
            var image = LuaImage.TryCreate(stack =>
            {
                stack.NewTable();
                stack.Anchor(1);
                for (var used = 0; used < 20; used++)
                {
                    LoadSource(stack, Garbage);
                    LoadSource(stack, Garbage + ", function() end");
                }
                stack.SetTop(0);
                LoadSource(stack, Program);
                stack.PushAnchored(1);
                LuaState.CallTrusted(stack, 1, 0);
                LoadSource(stack, Check);
            })!;
            using var copy = image.Copy(long.MaxValue);
            copy.Collect();
            copy.Main.PushAnchored(1);
            Assert.Equal(LuaStatus.Ok, LuaCallbacks.Resume(copy, copy.Main, 1, out _));
            Assert.Equal(900, copy.Main.ToInteger(-1));
        }
    }

    [Fact]
    public void Copy_ThatDropsItsFunctions_LeavesTheirBytecodeToTheOthers()
    {
        var image = LuaImage.TryCreate(Load)!;
        Assert.True(image.SharedBytes > 100, $"{image.SharedBytes} bytes are shared");
        using var first = image.Copy(long.MaxValue);
        using var second = image.Copy(long.MaxValue);
        var before = first.MemoryBytes;
        first.Main.SetTop(0);
        first.Collect();
        Assert.True(first.MemoryBytes < before);
        for (var i = 0; i < 100; i++)
        {
            first.Main.Push($"fills what is free: {i}");
            first.Main.Anchor(i + 1);
        }
        Assert.Equal(1992, Run(second));
    }

    [Fact]
    public void Copy_OfAnEmptyState_IsWithoutWhatOnlyACompilerNeeds()
    {
        using var whole = LuaState.Create();
        using var copy = LuaImage.TryCreate(static _ => { })!.Copy(long.MaxValue);
        Assert.True(copy.MemoryBytes < whole.MemoryBytes - 1000, $"{copy.MemoryBytes} of {whole.MemoryBytes} bytes are there");
    }

    // The table of strings begins small in a copy; it grows and shrinks as in any state.
    [Fact]
    public void Copy_WithTheWordsOfTheLanguageForStrings_FindsEachOfThem()
    {
        const string Program = """
            local words = { ["end"] = 1, ["function"] = 2, ["goto"] = 3, ["while"] = 4 }
            local parts = { { "en", "d" }, { "func", "tion" }, { "go", "to" }, { "whi", "le" }, { "re", "peat" } }
            local many, sum = {}, 0
            for i = 1, 2000 do many["text" .. i] = i end
            for i = 1, 2000 do sum = sum + many["te" .. "xt" .. i] end
            for i = 1, 5 do sum = sum + (words[parts[i][1] .. parts[i][2]] or 0) end
            return sum
            """;
        var image = LuaImage.TryCreate(stack => LoadSource(stack, Program))!;
        for (var i = 0; i < 20; i++)
        {
            using var copy = image.Copy(long.MaxValue);
            copy.Collect();
            Assert.Equal(2_001_010, Run(copy));
            copy.Main.SetTop(0);
            for (var again = 0; again < 10; again++) copy.Collect();
            LoadSource(copy.Main, Program);
            Assert.Equal(2_001_010, Run(copy));
        }
    }

    // Names are shared, and are no strings of the program any more.
    [Theory]
    [InlineData("local function f(argument) return argument.field end return f()", "(local 'argument')")]
    [InlineData("local outer local function f() return outer.field end return f()", "(upvalue 'outer')")]
    [InlineData("return undefined.field", "(global 'undefined')")]
    [InlineData("local a_name_that_is_longer_than_strings_which_lua_keeps_only_once return a_name_that_is_longer_than_strings_which_lua_keeps_only_once.n", "(local 'a_name_that_is_longer_than_strings_which_lua_keeps_only_once')")]
    public void Copy_ThatFails_NamesTheVariable(string program, string expected)
    {
        var image = LuaImage.TryCreate(stack => LoadSource(stack, program))!;
        for (var i = 0; i < 3; i++)
        {
            using var copy = image.Copy(long.MaxValue);
            for (var again = 0; again < 3; again++) copy.Collect();
            Assert.Equal(LuaStatus.RuntimeError, LuaCallbacks.Resume(copy, copy.Main, 0, out _));
            Assert.StartsWith("test:1:", copy.Main.ToText(-1), StringComparison.Ordinal);
            Assert.EndsWith(expected, copy.Main.ToText(-1), StringComparison.Ordinal);
        }
    }

    // A variable that only one function reads is shared, one that is assigned to, by it or by a function inside of it, is each copy's own.
    [Fact]
    public void Copy_ThatAssignsToOuterVariables_HasItsOwn()
    {
        const string Program = """
            local calls = ...
            local read, written, deep = 1, 10, 100
            calls[1] = function() return read end
            calls[2] = function() written = written + 1 return written end
            calls[3] = function() return (function() deep = deep + 1 return deep end)() end
            """;
        const string Check = "local calls = ... return calls[1]() + calls[2]() + calls[3]()";
        var image = LuaImage.TryCreate(static stack =>
        {
            stack.NewTable();
            stack.Anchor(1);
            LoadSource(stack, Program);
            stack.PushAnchored(1);
            LuaState.CallTrusted(stack, 1, 0);
            LoadSource(stack, Check);
        })!;
        for (var i = 0; i < 10; i++)
        {
            using var copy = image.Copy(long.MaxValue);
            copy.Collect();
            copy.Main.PushAnchored(1);
            Assert.Equal(LuaStatus.Ok, LuaCallbacks.Resume(copy, copy.Main, 1, out _));
            Assert.Equal(1 + 11 + 101, copy.Main.ToInteger(-1));
        }
    }

    // Long strings get their hash when they are first a key, which must not be written into what others use.
    [Fact]
    public void Copy_WithALongStringForAKey_FindsIt()
    {
        var text = new string('k', 100);
        var image = LuaImage.TryCreate(stack => LoadSource(stack, $"local keys = {{ ['{text}'] = 7 }} return keys['{text}'] + keys['{text[1..]}' .. 'k']"))!;
        Assert.True(image.SharedBytes > 2 * text.Length, $"{image.SharedBytes} bytes are shared");
        for (var i = 0; i < 3; i++)
        {
            using var copy = image.Copy(long.MaxValue);
            copy.Collect();
            Assert.Equal(14, Run(copy));
            copy.Collect();
        }
    }

    [Fact]
    public void Copy_ThatDropsItsCallbacks_LeavesThemToTheOthers()
    {
        var image = LuaImage.TryCreate(static stack =>
        {
            for (var number = 0; number < 100; number++)
            {
                LuaCallbacks.Push(stack, 0, number);
                stack.Anchor(1000 + number);
            }
        })!;
        Assert.True(image.SharedBytes >= 100 * 64, $"{image.SharedBytes} bytes are shared");
        using var first = image.Copy(long.MaxValue);
        using var second = image.Copy(long.MaxValue);
        for (var number = 0; number < 100; number++)
        {
            first.Main.PushNil();
            first.Main.Anchor(1000 + number);
        }
        for (var i = 0; i < 1000; i++)
        {
            first.Main.NewTable(4);
            first.Main.Anchor(i);
            first.Collect();
        }
        second.Collect();
        using var third = image.Copy(long.MaxValue);
        third.Main.PushAnchored(1000);
        var function = third.ToNative(-1);
        Assert.NotEqual(0, function);
        for (var number = 0; number < 100; number++)
        {
            second.Main.PushAnchored(1000 + number);
            third.Main.PushAnchored(1000 + number);
            Assert.Equal(third.Main.ToPointer(-1), second.Main.ToPointer(-1));
            Assert.Equal(function, second.ToNative(-1));
            second.Main.SetTop(0);
            third.Main.SetTop(0);
        }
    }

    [Fact]
    public void Copy_OverItsLimit_IsRefusedMemoryWhileLuaRuns()
    {
        var image = LuaImage.TryCreate(stack => LoadSource(stack, "local t = {} for i = 1, 1e6 do t[i] = {} end"))!;
        using var copy = image.Copy(1 << 20);
        Assert.Equal(LuaStatus.MemoryError, LuaCallbacks.Resume(copy, copy.Main, 0, out _));
    }

    [Theory]
    [InlineData(30_000, true)]
    [InlineData(100_000, false)]
    public void TryCreate_WithSoManyBytes_FitsOrNot(int bytes, bool fits)
    {
        var image = LuaImage.TryCreate(stack =>
        {
            stack.NewTable(bytes / LuaValue.Size);
            stack.Anchor(1);
        });
        Assert.Equal(fits, image is not null);
        if (image is null) return;
        using var copy = image.Copy(long.MaxValue);
        Assert.True(copy.MemoryBytes > bytes);
        // What came with the image as one large block is let go like any other.
        copy.Main.PushNil();
        copy.Main.Anchor(1);
        copy.Collect();
        Assert.True(copy.MemoryBytes < bytes);
    }

    private static void Load(LuaStack stack) => LoadSource(stack, Program);

    private static void LoadSource(LuaStack stack, string source)
    {
        using var compiler = LuaState.Create();
        Assert.Equal(LuaStatus.Ok, compiler.LoadSource(Encoding.UTF8.GetBytes(source), "test"));
        LuaState.LoadTrusted(stack, compiler.Dump());
        stack.NewTable();
        LuaState.SetEnvironment(stack);
    }

    private static long Run(LuaState state)
    {
        Assert.Equal(LuaStatus.Ok, LuaCallbacks.Resume(state, state.Main, 0, out var results));
        Assert.Equal(1, results);
        return state.Main.ToInteger(-1);
    }
}
