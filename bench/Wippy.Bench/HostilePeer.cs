using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Security;

namespace Wippy.Bench;

/// <summary>
/// Somebody who holds the key of the user zone and sends as fast as he can what he may not: messages to the system zone, in his own name
/// and in that of others, orders to terminate, names of others; and opens connections that he does not use.
/// </summary>
internal sealed class HostilePeer(string endpoint, ChannelKeys keys, string baseHash)
{
    private const string Name = "user-hostile";
    private const int Batch = 100;

    private static readonly Pid Own = new(Name, "bench:user", 9);
    private static readonly Pid Victim = new("system-1", "bench:system", 1);

    /// <summary>Goes on until the other side, or somebody else, ends it.</summary>
    /// <param name="begun">Called when he is in and has sent something.</param>
    public async Task RunAsync(Action begun)
    {
        var connecting = ConnectAsync();
        while (!connecting.IsCompleted)
        {
            try
            {
                await FloodAsync(begun);
            }
            catch (Exception exception) when (exception is IOException or ChannelException)
            {
                // His session was ended; he begins another one.
            }
        }
        await connecting;
    }

    private async Task FloodAsync(Action begun)
    {
        using var connection = await Connection.DialAsync(endpoint, null, default);
        var hello = new Hello(Name, Zone.User, Hello.NewSession(), 1, baseHash, "", WantsEntries: false);
        await new Handshake(connection, keys).OpenAsync(hello, Zone.System, default);
        var reading = connection.Frames.ReadAllAsync(1 << 24, _ => { }, () => { });
        using var output = new ByteBuffer();
        ulong sequence = 0;
        FrameWriter.Append(output, FrameType.Heartbeat, 0, Fields((ref MessagePackWriter writer) =>
        {
            writer.Write(0L);
            writer.Write(0L);
        }));
        var message = Fields((ref MessagePackWriter writer) => WriteMessage(ref writer, Own));
        var forged = Fields((ref MessagePackWriter writer) => WriteMessage(ref writer, new Pid("terminal-1", "bench:terminal", 1)));
        var terminate = Fields(WriteTerminate);
        var register = Fields(WriteRegister);
        while (!reading.IsCompleted)
        {
            for (var i = 0; i < Batch; i++)
            {
                FrameWriter.Append(output, FrameType.Send, ++sequence, message);
                FrameWriter.Append(output, FrameType.Send, ++sequence, forged);
                FrameWriter.Append(output, FrameType.Ask, ++sequence, terminate);
                FrameWriter.Append(output, FrameType.Register, ++sequence, register);
            }
            await connection.Output.WriteAsync(output.WrittenMemory);
            output.Clear();
            begun();
        }
        await reading;
    }

    private async Task ConnectAsync()
    {
        var open = new Queue<Connection>();
        while (true)
        {
            open.Enqueue(await Connection.DialAsync(endpoint, null, default));
            if (open.Count > Batch) open.Dequeue().Dispose();
        }
    }

    private delegate void Write(ref MessagePackWriter writer);

    private static byte[] Fields(Write write)
    {
        using var fields = new ByteBuffer();
        var writer = new MessagePackWriter(fields);
        write(ref writer);
        writer.Flush();
        return fields.WrittenSpan.ToArray();
    }

    private static void WriteMessage(ref MessagePackWriter writer, Pid from)
    {
        FrameFields.Write(ref writer, from);
        writer.Write("bench:claimed");
        FrameFields.Write(ref writer, new Actor("system"));
        FrameFields.Write(ref writer, Victim);
        writer.Write("denied");
        writer.WriteArrayHeader(0);
        writer.WriteNil();
    }

    private static void WriteTerminate(ref MessagePackWriter writer)
    {
        writer.Write(1L);
        writer.Write(6L);
        FrameFields.Write(ref writer, Own);
        writer.Write("bench:claimed");
        writer.WriteNil();
        FrameFields.Write(ref writer, Victim);
        writer.Write("");
    }

    private static void WriteRegister(ref MessagePackWriter writer)
    {
        writer.Write(2L);
        writer.Write("bench.counter");
        FrameFields.Write(ref writer, Victim);
        FrameFields.Write(ref writer, Own);
    }
}
