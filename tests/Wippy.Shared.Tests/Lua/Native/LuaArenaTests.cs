using System.Runtime.InteropServices;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Tests.Lua.Native;

public sealed class LuaArenaTests : IDisposable
{
    private readonly nint _arena = LuaArena.Create();

    private static readonly int[] AllSizes = [1, 7, 8, 9, 255, 256, 257, 320, 321, 511, 512, 513, 640, 641, 1023, 1024, 1025, 4096, 100_000];

    public static TheoryData<int> Sizes => [.. AllSizes];

    public void Dispose() => LuaArena.Drop(_arena);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Resize_NewBlocks_AreAlignedAndDoNotOverlap(int size)
    {
        var blocks = Enumerable.Range(0, 50).Select(_ => New(size)).Order().ToArray();
        Assert.All(blocks, block => Assert.Equal(0, block % 8));
        Assert.All(blocks.Zip(blocks.Skip(1)), pair => Assert.True(pair.Second - pair.First >= size));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Resize_ToEveryOtherSize_KeepsTheBytes(int from)
    {
        foreach (var to in AllSizes)
        {
            var block = New(from);
            Marshal.Copy(Pattern(from), 0, block, from);
            block = LuaArena.Resize(_arena, block, (nuint)from, (nuint)to);

            var kept = new byte[Math.Min(from, to)];
            Marshal.Copy(block, kept, 0, kept.Length);
            Assert.Equal(Pattern(kept.Length), kept);
            LuaArena.Resize(_arena, block, (nuint)to, 0);
        }
    }

    [Theory]
    [InlineData(24)]
    [InlineData(300)]
    [InlineData(1024)]
    public void Resize_AfterAFree_UsesTheBlockAgain(int size)
    {
        var block = New(size);
        Assert.Equal(0, LuaArena.Resize(_arena, block, (nuint)size, 0));
        Assert.Equal(block, New(size));
    }

    [Fact]
    public void Resize_RandomLife_NoBlockChangesAnother()
    {
        var random = new Random(1);
        var live = new List<(nint Block, int Size, byte Mark)>();
        for (var i = 0; i < 20_000; i++)
        {
            var size = random.Next(1, random.Next(10) == 0 ? 5_000 : 300);
            var mark = (byte)i;
            if (live.Count < 200)
            {
                live.Add((Filled(New(size), size, mark), size, mark));
                continue;
            }
            var chosen = random.Next(live.Count);
            var (block, oldSize, oldMark) = live[chosen];
            AssertFilled(block, oldSize, oldMark);
            if (random.Next(2) == 0)
            {
                LuaArena.Resize(_arena, block, (nuint)oldSize, 0);
                live.RemoveAt(chosen);
                continue;
            }
            block = LuaArena.Resize(_arena, block, (nuint)oldSize, (nuint)size);
            live[chosen] = (Filled(block, size, mark), size, mark);
        }
        Assert.All(live, entry => AssertFilled(entry.Block, entry.Size, entry.Mark));
    }

    [Fact]
    public void Resize_MoreThanThereIs_GivesNothingAndKeepsTheBlock()
    {
        var block = Filled(New(5_000), 5_000, 7);
        Assert.Equal(0, LuaArena.Resize(_arena, block, 5_000, nuint.MaxValue));
        AssertFilled(block, 5_000, 7);
    }

    private nint New(int size) => LuaArena.Resize(_arena, 0, 0, (nuint)size);

    private static nint Filled(nint block, int size, byte mark)
    {
        for (var i = 0; i < size; i++) Marshal.WriteByte(block, i, mark);
        return block;
    }

    private static void AssertFilled(nint block, int size, byte mark)
    {
        var bytes = new byte[size];
        Marshal.Copy(block, bytes, 0, size);
        Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept(mark));
    }

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];
}
