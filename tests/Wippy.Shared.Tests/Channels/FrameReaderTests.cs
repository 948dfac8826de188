using System.IO.Pipelines;
using Wippy.Shared.Channels;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Tests.Channels;

public class FrameReaderTests
{
    [Fact]
    public async Task ReadAll_SplitAtEveryPosition_GivesTheSameFrames()
    {
        var bytes = Concat(FrameOf(FrameType.Release, 1, [7]), FrameOf(FrameType.Goodbye, 2, [0xa3, .. "bye"u8]), FrameOf(FrameType.Release, 300, [0xcd, 1, 0]));
        for (var split = 0; split <= bytes.Length; split++)
        {
            Assert.Equal(["Release 1: 07", "Goodbye 2: A3627965", "Release 300: CD0100"], await ReadAllAsync(1 << 16, bytes[..split], bytes[split..]));
        }
    }

    [Fact]
    public async Task ReadAll_ByteByByte_GivesTheSameFrames()
    {
        var bytes = FrameOf(FrameType.Goodbye, 2, [0xa3, .. "bye"u8]);

        Assert.Equal(["Goodbye 2: A3627965"], await ReadAllAsync(1 << 16, [.. bytes.Select(b => new[] { b })]));
    }

    [Fact]
    public async Task ReadAll_EndInsideAFrame_IsAnErrorAtEveryPosition()
    {
        var bytes = FrameOf(FrameType.Release, 1, [7]);
        for (var length = 1; length < bytes.Length; length++)
        {
            var error = await Assert.ThrowsAsync<EndOfStreamException>(() => ReadAllAsync(1 << 16, bytes[..length]));
            Assert.Equal($"the connection ended inside a frame, after {length} bytes of it", error.Message);
        }
    }

    [Fact]
    public async Task ReadAll_FrameAtTheCap_IsReadAndOneByteMoreIsNot()
    {
        var frame = FrameOf(FrameType.Goodbye, 1, [0xd9, 100, .. new byte[100]]);

        Assert.Single(await ReadAllAsync(frame.Length - Frame.LengthBytes, frame));
        var error = await Assert.ThrowsAsync<ChannelException>(() => ReadAllAsync(frame.Length - Frame.LengthBytes - 1, frame));
        Assert.StartsWith($"frame of {frame.Length - Frame.LengthBytes} bytes, at most ", error.Message);
    }

    [Fact]
    public async Task ReadAll_LengthOverTheCap_FailsBeforeTheRestArrives()
    {
        var pipe = new Pipe();
        var reading = new FrameReader(pipe.Reader).ReadAllAsync(1 << 20, _ => { }, () => { });

        await pipe.Writer.WriteAsync(new byte[] { 0xff, 0xff, 0xff, 0xff });

        var error = await Assert.ThrowsAsync<ChannelException>(() => reading);
        Assert.StartsWith("frame of 4294967295 bytes, at most 1048576", error.Message);
    }

    [Fact]
    public async Task ReadOne_WhatFollows_StaysForTheNextRead()
    {
        var pipe = new Pipe();
        var reader = new FrameReader(pipe.Reader);
        await pipe.Writer.WriteAsync(Concat(FrameOf(FrameType.Release, 1, [7]), FrameOf(FrameType.Release, 2, [8])));
        await pipe.Writer.CompleteAsync();

        Assert.Equal("Release 1: 07", Describe(await reader.ReadOneAsync(100, default)));
        var rest = new List<string>();
        await reader.ReadAllAsync(100, frame => rest.Add(Describe(frame)), () => { });

        Assert.Equal(["Release 2: 08"], rest);
    }

    [Theory]
    [InlineData("93ff0107", "frame of unknown type 0")]
    [InlineData("93cd04000107", "frame of unknown type 255")]
    [InlineData("931e0107", "frame of unknown type 30")]
    [InlineData("94 08 01 07 07", "Release frame of 4 elements, expected 3")]
    public void ReadHeader_NotAFrame_SaysWhy(string hex, string problem)
    {
        var error = Assert.Throws<ChannelException>(() =>
        {
            var reader = new MessagePackReader(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
            FrameReader.ReadHeader(ref reader, out _);
        });
        Assert.Equal(problem, error.Message);
    }

    private static async Task<List<string>> ReadAllAsync(int maxBytes, params byte[][] pieces)
    {
        var stream = new PieceStream(pieces);
        var frames = new List<string>();
        await new FrameReader(PipeReader.Create(stream)).ReadAllAsync(maxBytes, frame => frames.Add(Describe(frame)), () => { });
        return frames;
    }

    private static string Describe(ReadOnlySpan<byte> frame)
    {
        var reader = new MessagePackReader(frame);
        var type = FrameReader.ReadHeader(ref reader, out var sequence);
        return $"{type} {sequence}: {Convert.ToHexString(frame[reader.Consumed..])}";
    }

    private static byte[] FrameOf(FrameType type, ulong sequence, byte[] fields)
    {
        using var buffer = new ByteBuffer();
        FrameWriter.Append(buffer, type, sequence, fields);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Concat(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    // Gives one piece per read, as a socket may.
    private sealed class PieceStream(byte[][] pieces) : MemoryStream
    {
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (_next < pieces.Length && pieces[_next].Length == 0) _next++;
            if (_next == pieces.Length) return ValueTask.FromResult(0);
            var piece = pieces[_next++];
            piece.CopyTo(buffer);
            return ValueTask.FromResult(piece.Length);
        }
    }
}
