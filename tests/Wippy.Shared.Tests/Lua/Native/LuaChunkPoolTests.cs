using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Tests.Lua.Native;

public sealed class LuaChunkPoolTests
{
    [Theory]
    [InlineData(1, 256)]
    [InlineData(1024, 1024)]
    [InlineData(1025, 1280)]
    [InlineData(16 * 1024, 16 * 1024)]
    [InlineData(16 * 1024 + 1, 20 * 1024)]
    [InlineData(LuaChunkPool.MaxBytes, LuaChunkPool.MaxBytes)]
    public void ClassFor_SoManyBytes_IsTheSmallestThatHoldsThem(int bytes, int expected) =>
        Assert.Equal(expected, LuaChunkPool.SizeOf(LuaChunkPool.ClassFor(bytes)));

    // More than threads and the shared stacks keep, so that most of it is given back to the system and taken again.
    [Fact]
    public void Take_MoreThanIsKept_NoTwoChunksOverlap()
    {
        for (var round = 0; round < 2; round++)
        {
            var chunks = new List<(nint Chunk, int Class)>();
            for (var i = 0; i < 9000; i++)
            {
                var sizeClass = LuaChunkPool.ClassFor((i % 41 + 4) * 256);
                chunks.Add((LuaChunkPool.Take(sizeClass), sizeClass));
            }
            var ends = 0L;
            foreach (var (chunk, sizeClass) in chunks.OrderBy(c => c.Chunk))
            {
                Assert.True(chunk >= ends);
                ends = chunk + LuaChunkPool.SizeOf(sizeClass);
            }
            foreach (var (chunk, sizeClass) in chunks) LuaChunkPool.Return(chunk, sizeClass);
        }
    }
}
