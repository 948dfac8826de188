using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>uuid</c> module: universally unique identifiers by RFC 9562 (reference: modules, uuid).</summary>
internal static class UuidModule
{
    // Units of 100 ns from the beginning of the Gregorian calendar, which versions 1 counts from, to 1970.
    private const long GregorianOffset = 0x01B2_1DD2_1381_4000;

    private const int Length = 16;

    // Versions 1 need a clock that never stands still and a node; both are random, as the RFC allows.
    private static readonly byte[] NodeId = NewNodeId();
    private static long s_lastTimestamp;

    public static LuaLibrary Library { get; } = new LuaLibrary("uuid")
        .Checked("v1(): string!", (behavior, stack) => Answer(stack, TimeBased(behavior.Process.Node.Clock.GetUtcNow())))
        .Checked("v3(namespace: string, name: string): string!", (_, stack) => Named(stack, 3))
        .Checked("v4(): string!", (_, stack) => Answer(stack, Random()))
        .Checked("v5(namespace: string, name: string): string!", (_, stack) => Named(stack, 5))
        .Checked("v7(): string!", (behavior, stack) => Answer(stack, Guid.CreateVersion7(behavior.Process.Node.Clock.GetUtcNow()).ToByteArray(bigEndian: true)))
        .Function("validate(value): boolean", Validate)
        .Checked("version(uuid: string): integer!", (_, stack) => TryRead(stack, 1, out var uuid, out var results) ? Answer(stack, (long)Version(uuid)) : results)
        .Checked("variant(uuid: string): string!", (_, stack) => TryRead(stack, 1, out var uuid, out var results) ? Answer(stack, Variant(uuid)) : results)
        .Checked("parse(uuid: string): {version: integer, variant: string, timestamp: any, node: any}!", Parse)
        .Checked("format(uuid: string, style: \"standard\"|\"simple\"|\"urn\"): string!", Format);

    private static int Named(LuaStack stack, int version)
    {
        if (!TryRead(stack, 1, out var space, out var results)) return results;
        if (stack.TypeOf(2) != LuaType.String) return Failure(stack, $"name must be a string, got {LuaArguments.TypeName(stack, 2)}");
        byte[] input = [.. space, .. stack.ToBytes(2)];
#pragma warning disable CA5350, CA5351 // The RFC names these algorithms; nothing is kept secret with them.
        var hash = version == 3 ? MD5.HashData(input) : SHA1.HashData(input);
#pragma warning restore CA5350, CA5351
        return Answer(stack, Mark(hash[..Length], version));
    }

    private static int Validate(LuaBehavior behavior, LuaStack stack)
    {
        stack.Push(TryParse(stack, 1, out _));
        return 1;
    }

    private static int Parse(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryRead(stack, 1, out var uuid, out var results)) return results;
        stack.PushNil();
        stack.NewTable(0, 4);
        stack.Push((long)Version(uuid));
        stack.RawSetField(-2, "version"u8);
        stack.Push(Variant(uuid));
        stack.RawSetField(-2, "variant"u8);
        if (Timestamp(uuid) is { } timestamp)
        {
            stack.Push(timestamp);
            stack.RawSetField(-2, "timestamp"u8);
        }
        if (Version(uuid) == 1)
        {
            stack.Push(string.Join(':', uuid[10..].Select(b => b.ToString("x2", CultureInfo.InvariantCulture))));
            stack.RawSetField(-2, "node"u8);
        }
        return 2;
    }

    private static int Format(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryRead(stack, 1, out var uuid, out var results)) return results;
        var form = stack.IsNoneOrNil(2) ? "standard" : stack.ToText(2);
        return form switch
        {
            "standard" => Answer(stack, uuid),
            "simple" => Answer(stack, Convert.ToHexStringLower(uuid)),
            "urn" => Answer(stack, $"urn:uuid:{Text(uuid)}"),
            _ => Failure(stack, $"unknown format '{form}' (standard, simple or urn)"),
        };
    }

    private static byte[] Random()
    {
        var uuid = new byte[Length];
        RandomNumberGenerator.Fill(uuid);
        return Mark(uuid, 4);
    }

    private static byte[] TimeBased(DateTimeOffset now)
    {
        var timestamp = NextTimestamp((now - DateTimeOffset.UnixEpoch).Ticks + GregorianOffset);
        var uuid = new byte[Length];
        BinaryPrimitives.WriteUInt32BigEndian(uuid, (uint)timestamp);
        BinaryPrimitives.WriteUInt16BigEndian(uuid.AsSpan(4), (ushort)(timestamp >> 32));
        BinaryPrimitives.WriteUInt16BigEndian(uuid.AsSpan(6), (ushort)(timestamp >> 48));
        NodeId.CopyTo(uuid, 8);
        return Mark(uuid, 1);
    }

    // Never the same twice, although the clock may stand still or go back.
    private static long NextTimestamp(long now)
    {
        while (true)
        {
            var last = Volatile.Read(ref s_lastTimestamp);
            var next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref s_lastTimestamp, next, last) == last) return next;
        }
    }

    // Clock sequence and node, the latter marked as no address of a network card.
    private static byte[] NewNodeId()
    {
        var id = RandomNumberGenerator.GetBytes(8);
        id[2] |= 1;
        return id;
    }

    private static byte[] Mark(byte[] uuid, int version)
    {
        uuid[6] = (byte)((uuid[6] & 0x0F) | (version << 4));
        uuid[8] = (byte)((uuid[8] & 0x3F) | 0x80);
        return uuid;
    }

    private static int Version(byte[] uuid) => uuid[6] >> 4;

    private static string Variant(byte[] uuid) => (uuid[8] >> 5) switch
    {
        < 4 => "Reserved",   // NCS
        < 6 => "RFC4122",
        6 => "Microsoft",
        _ => "Future",
    };

    // Seconds since 1970 of those versions that hold a time.
    private static long? Timestamp(byte[] uuid)
    {
        switch (Version(uuid))
        {
            case 1:
                var low = BinaryPrimitives.ReadUInt32BigEndian(uuid);
                var middle = BinaryPrimitives.ReadUInt16BigEndian(uuid.AsSpan(4));
                var high = BinaryPrimitives.ReadUInt16BigEndian(uuid.AsSpan(6)) & 0x0FFF;
                return (((long)high << 48 | (long)middle << 32 | low) - GregorianOffset) / TimeSpan.TicksPerSecond;
            case 7:
                return (BinaryPrimitives.ReadInt64BigEndian(uuid) >>> 16) / 1000;
            default:
                return null;
        }
    }

    private static bool TryRead(LuaStack stack, int index, out byte[] uuid, out int results)
    {
        var isUuid = TryParse(stack, index, out uuid);
        results = isUuid ? 0 : Failure(stack, stack.TypeOf(index) == LuaType.String ? $"invalid UUID '{stack.ToText(index)}'" : $"UUID must be a string, got {LuaArguments.TypeName(stack, index)}");
        return isUuid;
    }

    // With or without dashes, in braces, or as a URN.
    private static bool TryParse(LuaStack stack, int index, out byte[] uuid)
    {
        uuid = [];
        if (stack.TypeOf(index) != LuaType.String || stack.ToBytes(index).Length > 45) return false;
        var text = stack.ToText(index).AsSpan();
        if (text.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase)) text = text[9..];
        var form = text.Length switch { 32 => "N", 36 => "D", 38 => "B", _ => null };
        if (form is null || !Guid.TryParseExact(text, form, out var guid)) return false;
        uuid = guid.ToByteArray(bigEndian: true);
        return true;
    }

    private static string Text(byte[] uuid) => new Guid(uuid, bigEndian: true).ToString();

    private static int Answer(LuaStack stack, byte[] uuid) => Answer(stack, Text(uuid));

    private static int Answer(LuaStack stack, string text)
    {
        stack.PushNil();
        stack.Push(text);
        return 2;
    }

    private static int Answer(LuaStack stack, long number)
    {
        stack.PushNil();
        stack.Push(number);
        return 2;
    }

    private static int Failure(LuaStack stack, string message) => LuaArguments.Failure(stack, new Error(ErrorKind.Invalid, message));
}
