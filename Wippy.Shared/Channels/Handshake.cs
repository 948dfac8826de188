using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Channels;

/// <summary>
/// Both sides prove that they hold the key of their pair of zones, without showing it, before any other frame is read:
/// <code>
/// (1) dialler  -> hello
/// (2) listener -> hello              or refused
/// (3) dialler  -> proof: HMAC-SHA256(key, "wippy channel dialler"  0 hello1 hello2)
/// (4) listener -> proof: HMAC-SHA256(key, "wippy channel listener" 0 hello1 hello2)   or refused
/// </code>
/// The hellos enter as their frames without length, each preceded by its size. Each side's nonce is in its hello, so a
/// recorded proof fits no second handshake; the word for the side keeps a proof from being thrown back. What is told
/// about a refusal holds no secret. Challenge and response with a shared key as in RFC 2104 and ISO/IEC 9798-4.
/// </summary>
/// <param name="connection">Fresh.</param>
/// <param name="keys">What this node can prove.</param>
internal sealed class Handshake(Connection connection, ChannelKeys keys)
{
    /// <summary>Bounds the time of connecting and proving.</summary>
    /// <param name="limit">How long it may take.</param>
    /// <param name="clock">All time comes from here.</param>
    /// <param name="stopping">Ends it before.</param>
    /// <param name="handshake">Observes the token it is given.</param>
    /// <exception cref="ChannelException">It took longer.</exception>
    public static async Task<T> WithinAsync<T>(TimeSpan limit, TimeProvider clock, CancellationToken stopping, Func<CancellationToken, Task<T>> handshake)
    {
        using var timeout = new CancellationTokenSource(limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            return await handshake(both.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new ChannelException($"no complete handshake within {limit.TotalSeconds:0.###} s");
        }
    }

    /// <summary>The listener's side.</summary>
    /// <param name="own">This node; the session is taken from the other side.</param>
    /// <param name="admit">
    /// Asked once the other side has proved its zone: null to let it in, else why not, which the other side is told.
    /// </param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The other side.</returns>
    /// <exception cref="ChannelException">Either side refused, or broke the protocol.</exception>
    public async Task<Hello> AcceptAsync(Hello own, Func<Hello, Task<string?>> admit, CancellationToken cancellation)
    {
        var theirFrame = await ReadAsync(cancellation);
        Hello theirs;
        try
        {
            theirs = ParseHello(theirFrame);   // (1)
        }
        catch (ChannelException unacceptable)
        {
            throw await RefuseAsync(unacceptable.Message, cancellation);
        }
        if (!keys.TryGet(own.Zone, theirs.Zone, out var key, out var problem))
        {
            throw await RefuseAsync($"node {theirs.Node} claims zone {theirs.Zone.ToText()}: {problem}", cancellation);
        }
        var ownFrame = await SendHelloAsync(own with { Session = theirs.Session }, cancellation);   // (2)
        var proof = ParseProof(await ReadAsync(cancellation));   // (3)
        if (!CryptographicOperations.FixedTimeEquals(proof, Proof(key, "dialler", theirFrame, ownFrame)))
        {
            throw await RefuseAsync(WrongProof(theirs, own), cancellation);
        }
        if (await admit(theirs) is { } refusal) throw await RefuseAsync(refusal, cancellation);
        await SendAsync(FrameType.Proof, Proof(key, "listener", theirFrame, ownFrame), cancellation);   // (4)
        return theirs;
    }

    /// <summary>The dialler's side.</summary>
    /// <param name="own">This node.</param>
    /// <param name="expected">The zone of the node that should be there.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The other side.</returns>
    /// <exception cref="ChannelException">Either side refused, or broke the protocol.</exception>
    public async Task<Hello> OpenAsync(Hello own, Zone expected, CancellationToken cancellation)
    {
        if (!keys.TryGet(own.Zone, expected, out var key, out var problem)) throw new ChannelException(problem);
        var ownFrame = await SendHelloAsync(own, cancellation);   // (1)
        var theirFrame = await ReadAsync(cancellation);
        var theirs = ParseHello(theirFrame);   // (2)
        if (theirs.Zone != expected)
        {
            throw new ChannelException($"node {theirs.Node} is of zone {theirs.Zone.ToText()}, expected zone {expected.ToText()} there");
        }
        await SendAsync(FrameType.Proof, Proof(key, "dialler", ownFrame, theirFrame), cancellation);   // (3)
        var proof = ParseProof(await ReadAsync(cancellation));   // (4)
        return CryptographicOperations.FixedTimeEquals(proof, Proof(key, "listener", ownFrame, theirFrame))
            ? theirs
            : throw new ChannelException(WrongProof(theirs, own));
    }

    /// <summary>The proof of one side.</summary>
    public static byte[] Proof(byte[] key, string side, ReadOnlySpan<byte> dialler, ReadOnlySpan<byte> listener)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.ASCII.GetBytes($"wippy channel {side}\0"));
        AppendSized(hmac, dialler);
        AppendSized(hmac, listener);
        return hmac.GetHashAndReset();
    }

    private static void AppendSized(IncrementalHash hmac, ReadOnlySpan<byte> hello)
    {
        Span<byte> size = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(size, hello.Length);
        hmac.AppendData(size);
        hmac.AppendData(hello);
    }

    private static Hello ParseHello(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        Expect(FrameType.Hello, ref reader);
        return Hello.Read(ref reader);
    }

    private static byte[] ParseProof(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        Expect(FrameType.Proof, ref reader);
        return reader.ReadBytes().ToArray();
    }

    private static void Expect(FrameType expected, ref MessagePackReader reader)
    {
        var type = FrameReader.ReadHeader(ref reader, out _);
        if (type == FrameType.Refused) throw new RefusedException($"refused by the other side: {reader.ReadString()}");
        if (type != expected) throw new ChannelException($"{type} frame in the handshake, expected {expected}");
    }

    private static string WrongProof(Hello theirs, Hello own) =>
        $"node {theirs.Node} did not prove zone {theirs.Zone.ToText()} to {own.Node} of zone {own.Zone.ToText()}: the keys of the two differ";

    private ValueTask<byte[]> ReadAsync(CancellationToken cancellation) =>
        connection.Frames.ReadOneAsync(Frame.MaxHandshakeBytes, cancellation);

    private async Task<byte[]> SendHelloAsync(Hello hello, CancellationToken cancellation)
    {
        using var fields = new ByteBuffer();
        var writer = new MessagePackWriter(fields);
        hello.Write(ref writer);
        writer.Flush();
        return await SendFieldsAsync(FrameType.Hello, fields, cancellation);
    }

    private async Task SendAsync(FrameType type, byte[] bytes, CancellationToken cancellation)
    {
        using var fields = new ByteBuffer();
        var writer = new MessagePackWriter(fields);
        writer.Write(bytes);
        writer.Flush();
        await SendFieldsAsync(type, fields, cancellation);
    }

    private async Task<ChannelException> RefuseAsync(string why, CancellationToken cancellation)
    {
        using var fields = new ByteBuffer();
        var writer = new MessagePackWriter(fields);
        writer.Write(why);
        writer.Flush();
        await SendFieldsAsync(FrameType.Refused, fields, cancellation);
        return new ChannelException(why);
    }

    private async Task<byte[]> SendFieldsAsync(FrameType type, ByteBuffer fields, CancellationToken cancellation)
    {
        using var frame = new ByteBuffer();
        FrameWriter.Append(frame, type, 0, fields.WrittenSpan);
        await connection.Output.WriteAsync(frame.WrittenMemory, cancellation);
        return frame.WrittenSpan[Frame.LengthBytes..].ToArray();
    }
}
