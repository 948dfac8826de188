using Wippy.Shared.Channels;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Security;

namespace Wippy.Shared.Tests.Channels;

public class FrameFieldsTests
{
    private delegate void Write(ref MessagePackWriter writer);

    private delegate T Read<out T>(ref MessagePackReader reader);

    [Fact]
    public void Pid_RoundTrip()
    {
        foreach (var pid in new[] { Pid.None, new Pid("user-1.k3x9", "app:workers", ulong.MaxValue), new Pid("", "app:ä", 1) })
        {
            var cache = new NameCache();
            Assert.Equal(pid, RoundTrip((ref MessagePackWriter w) => FrameFields.Write(ref w, pid), (ref MessagePackReader r) => FrameFields.ReadPid(ref r, cache)));
            Assert.Equal(pid, RoundTrip((ref MessagePackWriter w) => FrameFields.Write(ref w, pid), (ref MessagePackReader r) => FrameFields.ReadPid(ref r)));
        }
    }

    [Theory]
    [InlineData("92a161a162", "a PID of 2 elements, expected 3")]
    [InlineData("93a161a16200", "a PID without host or number")]
    [InlineData("93a161a001", "a PID without host or number")]
    public void Pid_Malformed_SaysWhy(string hex, string problem)
    {
        var error = Assert.Throws<ChannelException>(() => Parse(hex, (ref MessagePackReader r) => FrameFields.ReadPid(ref r)));
        Assert.Equal(problem, error.Message);
    }

    [Fact]
    public void Error_RoundTrip()
    {
        foreach (bool? retryable in new bool?[] { null, true, false })
        {
            var error = new Error(ErrorKind.Conflict, "ä", retryable) { Details = new byte[] { 0x81, 0xa1, 0x61, 0x07 }, Stack = "line 1\nline 2" };

            var back = RoundTrip((ref MessagePackWriter w) => FrameFields.Write(ref w, error), (ref MessagePackReader r) => FrameFields.ReadError(ref r))!;

            Assert.Equal(error.Details.ToArray(), back.Details.ToArray());
            Assert.Equal(error, back with { Details = error.Details });
        }
    }

    [Fact]
    public void Error_NoneAndPlain_RoundTrip()
    {
        Assert.Null(RoundTrip((ref MessagePackWriter w) => FrameFields.Write(ref w, (Error?)null), (ref MessagePackReader r) => FrameFields.ReadError(ref r)));
        var plain = new Error(ErrorKind.Unknown, "");
        Assert.Equal(plain, RoundTrip((ref MessagePackWriter w) => FrameFields.Write(ref w, plain), (ref MessagePackReader r) => FrameFields.ReadError(ref r)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c0")]
    [InlineData("9201a161")]
    public void Result_RoundTrip(string hex)
    {
        var value = Convert.FromHexString(hex);
        Assert.Equal(value, RoundTrip((ref MessagePackWriter w) => FrameFields.WriteResult(ref w, value), (ref MessagePackReader r) => FrameFields.ReadResult(ref r)));
    }

    [Fact]
    public void Actor_RoundTrip()
    {
        Assert.Null(RoundTrip((ref MessagePackWriter w) => FrameFields.Write(ref w, (Actor?)null), (ref MessagePackReader r) => FrameFields.ReadActor(ref r)));
        foreach (var meta in new[] { null, new Dictionary<string, object?> { ["role"] = "clerk", ["n"] = 1L } })
        {
            var actor = new Actor("user:7", meta);
            var back = RoundTrip((ref MessagePackWriter w) => FrameFields.Write(ref w, actor), (ref MessagePackReader r) => FrameFields.ReadActor(ref r))!;
            Assert.Equal(actor.Id, back.Id);
            Assert.Equal(actor.Meta, back.Meta);
        }
    }

    [Fact]
    public void Context_RoundTrip()
    {
        var context = ContextValues.Empty.With([new("tenant", new byte[] { 0xa1, 0x78 }), new("", new byte[] { 0x93, 1, 2, 3 })]);
        foreach (var each in new[] { ContextValues.Empty, context })
        {
            var back = RoundTrip((ref MessagePackWriter w) => FrameFields.Write(ref w, each), (ref MessagePackReader r) => FrameFields.ReadContext(ref r));
            Assert.Equal(each.All.Select(p => (p.Key, Convert.ToHexString(p.Value.Span))), back.All.Select(p => (p.Key, Convert.ToHexString(p.Value.Span))));
        }
    }

    [Fact]
    public void Entry_LongerThanTheScratch_RoundTrip()
    {
        foreach (var id in new[] { EntryId.None, new EntryId("app", "main"), new EntryId("app", new string('x', 300)) })
        {
            var text = RoundTrip((ref MessagePackWriter w) => FrameFields.Write(ref w, id), (ref MessagePackReader r) => r.ReadString());
            Assert.Equal(id == EntryId.None ? "" : id.ToString(), text);
        }
    }

    [Fact]
    public void TextOf_NamesThatShareASlot_AreNotMixedUp()
    {
        var cache = new NameCache();
        var texts = Enumerable.Range(0, 2000).Select(n => $"app:host{n}").ToList();

        Assert.All(texts.Concat(texts), text => Assert.Equal(text, cache.TextOf(System.Text.Encoding.UTF8.GetBytes(text))));
        Assert.Same(cache.TextOf("app:user"u8), cache.TextOf("app:user"u8));
    }

    private static T RoundTrip<T>(Write write, Read<T> read)
    {
        using var buffer = new ByteBuffer();
        var writer = new MessagePackWriter(buffer);
        write(ref writer);
        writer.Flush();
        return Parse(Convert.ToHexString(buffer.WrittenSpan), read);
    }

    private static T Parse<T>(string hex, Read<T> read)
    {
        var reader = new MessagePackReader(Convert.FromHexString(hex));
        var value = read(ref reader);
        Assert.True(reader.End);
        return value;
    }
}
