using System.Buffers.Binary;
using System.IO.Pipelines;
using Wippy.Shared.Channels;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Testing;
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
        using var frames = new OutgoingFrames("user-1", Options with { MaxBacklogBytes = 1 << 24 }, () => Assert.Fail("overflow"), TimeProvider.System);
        var pipe = new Pipe();
        frames.Attach();
        frames.Acknowledge(0);
        var writing = frames.WriteToAsync(pipe.Writer.AsStream());

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            for (var n = 0; n < Each; n++) Assert.Null(frames.TryAdd(FrameType.Release, [0xcd, (byte)writer, (byte)(n % 250)], refusable: true));
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
    public async Task TryAdd_ByAProcessThatEndsThen_TheWriterGoesOnWithoutIt()
    {
        using var frames = new OutgoingFrames("user-1", Options, () => Assert.Fail("overflow"), TimeProvider.System);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));   // the other side is slow
        frames.Attach();
        frames.Acknowledge(0);
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);   // as on a worker
        var writing = frames.WriteToAsync(pipe.Writer.AsStream());

        SynchronizationContext.SetSynchronizationContext(new EndedProcess());
        frames.TryAdd(FrameType.Release, [1], refusable: true);
        frames.TryAdd(FrameType.Release, [2], refusable: true);
        SynchronizationContext.SetSynchronizationContext(context);

        var reader = new FrameReader(pipe.Reader);
        await reader.ReadOneAsync(Limit, default).AsTask().WaitAsync(TestService.Patience);
        await reader.ReadOneAsync(Limit, default).AsTask().WaitAsync(TestService.Patience);
        frames.Close();
        await writing.WaitAsync(TestService.Patience);
    }

    [Fact]
    public async Task TryAdd_IdleConnection_TheCallerWritesItsFrameAndNoOther()
    {
        using var frames = new OutgoingFrames("user-1", Options, () => Assert.Fail("overflow"), TimeProvider.System);
        var threads = new List<int>();
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new CallbackStream(() =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            // What comes while a frame is being written.
            if (threads.Count == 1) frames.TryAdd(FrameType.Release, [2], refusable: true);
            else second.TrySetResult();
        });
        frames.Attach();
        frames.Acknowledge(0);
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);   // as on a worker
        var writing = frames.WriteToAsync(output);                // sleeps now
        SynchronizationContext.SetSynchronizationContext(context);
        var caller = Environment.CurrentManagedThreadId;

        frames.TryAdd(FrameType.Release, [1], refusable: true);

        Assert.Equal(caller, threads[0]);
        await second.Task.WaitAsync(TestService.Patience);
        Assert.NotEqual(caller, threads[1]);
        frames.Close();
        await writing;
    }

    [Fact]
    public void TryAdd_NobodyReads_SendsAreRefusedBeforeNews()
    {
        var overflows = 0;
        using var frames = new OutgoingFrames("user-1", Options, () => overflows++, TimeProvider.System);
        var block = new byte[1000];

        while (frames.TryAdd(FrameType.Release, block, refusable: true) is null)
        {
        }
        Assert.Equal(new Error(ErrorKind.Unavailable, "channel to user-1 is full", Retryable: true), frames.TryAdd(FrameType.Release, block, refusable: true));
        Assert.InRange(frames.Backlog, Limit - 1100, Limit);
        Assert.Null(frames.TryAdd(FrameType.Release, block, refusable: false));
        Assert.Equal(0, overflows);

        while (frames.TryAdd(FrameType.Release, block, refusable: false) is null)
        {
        }
        Assert.Equal(1, overflows);
        Assert.InRange(frames.Backlog, Limit, 2 * Limit);
    }

    [Fact]
    public void TryAdd_MoreThanAFrame_IsRefusedWithBothSizes()
    {
        using var frames = new OutgoingFrames("user-1", Options, () => Assert.Fail("overflow"), TimeProvider.System);

        var error = frames.TryAdd(FrameType.Release, new byte[Limit], refusable: true);

        Assert.Equal(new Error(ErrorKind.LimitExceeded, $"{Limit} bytes for node user-1 are more than one frame may hold ({Limit}, MaxFrameBytes)"), error);
    }

    [Fact]
    public async Task Close_WhatWaits_IsStillWritten()
    {
        using var frames = new OutgoingFrames("user-1", Options, () => Assert.Fail("overflow"), TimeProvider.System);
        frames.TryAdd(FrameType.Release, [1], refusable: true);
        frames.Close();

        Assert.Equal(ProcessErrors.NodeDown("user-1"), frames.TryAdd(FrameType.Release, [2], refusable: true));
        frames.Attach();
        frames.Acknowledge(0);

        Assert.Equal("1:01", await WrittenAsync(frames));
    }

    [Fact]
    public async Task Attach_BeforeTheOtherSideHasSaidWhereToGoOn_OnlyHeartbeatsLeave()
    {
        using var frames = new OutgoingFrames("user-1", Options, () => Assert.Fail("overflow"), TimeProvider.System);
        Add(frames, 1, 2);
        frames.Beat(3, 4);
        frames.Attach();
        using var output = new MemoryStream();
        var writing = frames.WriteToAsync(output);
        frames.Detach();
        await writing;

        Assert.Equal("0:0304", Describe(output));
    }

    [Fact]
    public async Task Acknowledge_AnyFrameOnTheNextConnection_GoesOnAfterIt()
    {
        const int Count = 40;
        for (ulong received = 0; received <= Count; received++)
        {
            // Small segments, so that it goes on in the first, in one between and in the last.
            using var frames = new OutgoingFrames("user-1", Options with { MaxBacklogBytes = 1024 }, () => Assert.Fail("overflow"), TimeProvider.System);
            Add(frames, 1, Count);
            frames.Attach();
            frames.Acknowledge(0);
            await DrainAsync(frames);
            Add(frames, Count + 1, 2);
            frames.Attach();
            frames.Acknowledge(received);

            var expected = Enumerable.Range((int)received + 1, Count + 2 - (int)received).Select(n => $"{n}:{n:X2}");
            Assert.Equal(string.Join(' ', expected), await DrainAsync(frames));
        }
    }

    [Fact]
    public async Task Acknowledge_WhatWasWritten_MakesRoomAndKeepsNothing()
    {
        using var frames = new OutgoingFrames("user-1", Options, () => Assert.Fail("overflow"), TimeProvider.System);
        frames.Attach();
        frames.Acknowledge(0);
        var block = new byte[1000];
        ulong last = 0;
        for (var round = 0; round < 5; round++)
        {
            while (frames.TryAdd(FrameType.Release, block, refusable: true) is null) last++;
            await DrainAsync(frames);
            Assert.NotNull(frames.TryAdd(FrameType.Release, block, refusable: true));
            frames.Attach();
            frames.Acknowledge(last);
            Assert.Equal(0, frames.Backlog);
        }
        Assert.InRange(last, 5UL * 60, 5UL * 65);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public async Task Acknowledge_WhatCannotBe_Throws(ulong received)
    {
        using var frames = new OutgoingFrames("user-1", Options, () => Assert.Fail("overflow"), TimeProvider.System);
        Add(frames, 1, 5);
        frames.Attach();
        frames.Acknowledge(0);
        await DrainAsync(frames);
        Add(frames, 6, 1);
        frames.Acknowledge(4);

        var error = Assert.Throws<ChannelException>(() => frames.Acknowledge(received));

        Assert.Equal($"it acknowledges frame {received}, and has acknowledged 4 of 5 before", error.Message);
    }

    private static void Add(OutgoingFrames frames, int first, int count)
    {
        for (var n = first; n < first + count; n++) Assert.Null(frames.TryAdd(FrameType.Release, [(byte)n], refusable: true));
    }

    // What a connection takes that lasts until nothing more waits.
    private static async Task<string> DrainAsync(OutgoingFrames frames)
    {
        using var output = new EndsWhenIdle(frames);
        await frames.WriteToAsync(output);
        return Describe(output);
    }

    private static async Task<string> WrittenAsync(OutgoingFrames frames)
    {
        using var output = new MemoryStream();
        await frames.WriteToAsync(output);
        return Describe(output);
    }

    // Number and fields of each frame.
    private static string Describe(MemoryStream output)
    {
        var frames = new List<string>();
        for (ReadOnlySpan<byte> rest = output.ToArray(); !rest.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest);
            var frame = rest.Slice(Frame.LengthBytes, length);
            var reader = new MessagePackReader(frame);
            FrameReader.ReadHeader(ref reader, out var sequence);
            frames.Add($"{sequence}:{Convert.ToHexString(frame[reader.Consumed..])}");
            rest = rest[(Frame.LengthBytes + length)..];
        }
        return string.Join(' ', frames);
    }

    // Cuts itself once the last frame that was accepted has been written.
    private sealed class EndsWhenIdle(OutgoingFrames frames) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            var written = Describe(this).Split(' ')[^1].Split(':')[0];
            if (written == $"{frames.Accepted.Frames}") frames.Detach();
            return ValueTask.CompletedTask;
        }
    }

    // Calls back for each write, which then is done.
    private sealed class CallbackStream(Action written) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            written();
            return ValueTask.CompletedTask;
        }
    }

    // What is posted to it is never done.
    private sealed class EndedProcess : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
