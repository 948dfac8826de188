using System.Buffers;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Tests.MessagePack;

public class ByteBufferTests
{
    [Fact]
    public void Write_BeyondCapacity_KeepsAllBytes()
    {
        using var buffer = new ByteBuffer(initialCapacity: 1);
        var bytes = Enumerable.Range(0, 10_000).Select(i => (byte)i).ToArray();

        foreach (var chunk in bytes.Chunk(7)) buffer.Write(chunk);

        Assert.Equal(bytes.Length, buffer.WrittenCount);
        Assert.Equal(bytes, buffer.WrittenSpan);
        Assert.Equal(bytes, buffer.WrittenMemory.Span);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void GetSpan_SizeHint_GivesAtLeastThatAndNeverNothing(int sizeHint)
    {
        using var buffer = new ByteBuffer(initialCapacity: 16);
        var full = buffer.GetSpan().Length;
        buffer.Advance(full);

        Assert.True(buffer.GetSpan(sizeHint).Length >= Math.Max(sizeHint, 1));
        Assert.True(buffer.GetMemory(sizeHint).Length >= Math.Max(sizeHint, 1));
        Assert.Equal(full, buffer.WrittenCount);
    }

    [Fact]
    public void Written_Changed_ShowsInWrittenSpan()
    {
        using var buffer = new ByteBuffer();
        buffer.Write<byte>([1, 2, 3]);

        buffer.Written[1] = 9;

        Assert.Equal([1, 9, 3], buffer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Clear_AfterWriting_StartsAnew()
    {
        using var buffer = new ByteBuffer();
        buffer.Write<byte>([1, 2, 3]);

        buffer.Clear();
        buffer.Write<byte>([4]);

        Assert.Equal([4], buffer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Advance_BeyondCapacityOrNegative_Throws()
    {
        using var buffer = new ByteBuffer();
        var free = buffer.GetSpan().Length;

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(free + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
    }

    [Fact]
    public void Dispose_Twice_EndsUseOnce()
    {
        var buffer = new ByteBuffer();
        buffer.Write<byte>([1]);

        buffer.Dispose();
        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffer.GetSpan());
        Assert.Throws<ObjectDisposedException>(() => buffer.WrittenMemory);
    }
}
