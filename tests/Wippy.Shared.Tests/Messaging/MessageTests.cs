using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Tests.Messaging;

public class MessageTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(100_000)]
    public void Create_PayloadOfAnySize_IsCopied(int size)
    {
        var payload = Bytes(size, 7);
        var message = Message.Create(Pid.None, Topic.Of("t"), payload);
        payload.AsSpan().Clear();
        Assert.Equal(Bytes(size, 7), message.Payload);
        message.Release();
    }

    [Fact]
    public void Create_AfterReleasesOfOtherSizes_HoldsOnlyItsOwnPayload()
    {
        // Instances come back with the buffers of earlier messages, larger and smaller.
        foreach (var size in (int[])[200, 10, 1_000, 0, 33, 256, 5])
        {
            var message = Message.Create(Pid.None, Topic.Of("t"), Bytes(size, size));
            Assert.Equal(Bytes(size, size), message.Payload);
            message.Release();
        }
    }

    [Fact]
    public void Create_ManyAlive_ShareNothing()
    {
        var messages = Enumerable.Range(0, 1_000).Select(i => Message.Create(new Pid("", "app:h", (ulong)i), Topic.Of("t"), Bytes(i % 300, i))).ToList();
        for (var i = 0; i < messages.Count; i++)
        {
            Assert.Equal((ulong)i, messages[i].Source.Number);
            Assert.Equal(Bytes(i % 300, i), messages[i].Payload);
            messages[i].Release();
        }
    }

    private static byte[] Bytes(int size, int seed) => [.. Enumerable.Range(0, size).Select(i => (byte)(i + seed))];
}
