using System.IO.Pipelines;
using Wippy.Shared.Channels;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Tests.Channels;

public class OutgoingFramesTests
{
    private const int Limit = 64 << 10;

    private static readonly ChannelOptions Options = new() { Zone = Zone.System, MaxBacklogBytes = Limit, MaxFrameBytes = Limit };

    [Fact]
    public async Task TryAdd_ManyWriters_FramesAreNumberedInTheOrderTheyLeave()
    {
        const int Writers = 8, Each = 500;
        var frames = new OutgoingFrames("user-1", Options with { MaxBacklogBytes = 1 << 24 }, () => Assert.Fail("overflow"));
        var pipe = new Pipe();
        var writing = frames.WriteToAsync(pipe.Writer.AsStream());

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            for (var n = 0; n < Each; n++) Assert.Null(frames.TryAdd(FrameType.Heartbeat, [0xcd, (byte)writer, (byte)(n % 250)], refusable: true));
        })));
        frames.Close();
        await writing;
        await pipe.Writer.CompleteAsync();

        ulong last = 0;
        var next = new int[Writers];
        await new FrameReader(pipe.Reader).ReadAllAsync(
            Limit,
            frame =>
            {
                var reader = new MessagePackReader(frame);
                FrameReader.ReadHeader(ref reader, out var sequence);
                Assert.Equal(++last, sequence);
                var value = (int)reader.ReadInt64();
                Assert.Equal(next[value >> 8]++ % 250, value & 0xff);
            },
            () => { });
        Assert.Equal((ulong)(Writers * Each), last);
    }

    [Fact]
    public void TryAdd_NobodyReads_SendsAreRefusedBeforeNews()
    {
        var overflows = 0;
        var frames = new OutgoingFrames("user-1", Options, () => overflows++);
        var block = new byte[1000];

        while (frames.TryAdd(FrameType.Heartbeat, block, refusable: true) is null)
        {
        }
        Assert.Equal(new Error(ErrorKind.Unavailable, "channel to user-1 is full", Retryable: true), frames.TryAdd(FrameType.Heartbeat, block, refusable: true));
        Assert.InRange(frames.Backlog, Limit - 1100, Limit);
        Assert.Null(frames.TryAdd(FrameType.Heartbeat, block, refusable: false));
        Assert.Equal(0, overflows);

        while (frames.TryAdd(FrameType.Heartbeat, block, refusable: false) is null)
        {
        }
        Assert.Equal(1, overflows);
        Assert.InRange(frames.Backlog, Limit, 2 * Limit);
    }

    [Fact]
    public void TryAdd_MoreThanAFrame_IsRefusedWithBothSizes()
    {
        var frames = new OutgoingFrames("user-1", Options, () => Assert.Fail("overflow"));

        var error = frames.TryAdd(FrameType.Heartbeat, new byte[Limit], refusable: true);

        Assert.Equal(new Error(ErrorKind.LimitExceeded, $"{Limit} bytes for node user-1 are more than one frame may hold ({Limit}, MaxFrameBytes)"), error);
    }

    [Fact]
    public async Task Close_WhatWaits_IsStillWritten()
    {
        var frames = new OutgoingFrames("user-1", Options, () => Assert.Fail("overflow"));
        frames.TryAdd(FrameType.Heartbeat, [1], refusable: true);
        frames.Close();

        Assert.Equal(ProcessErrors.NodeDown("user-1"), frames.TryAdd(FrameType.Heartbeat, [2], refusable: true));
        using var output = new MemoryStream();
        await frames.WriteToAsync(output);

        Assert.Equal("00000004930C0101", Convert.ToHexString(output.ToArray()));
    }
}
