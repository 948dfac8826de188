using System.Text;

namespace Wippy.Shared.Identity;

/// <summary>
/// A PID as text, taken apart without making strings: what a send needs to find the process. The format is that of
/// <see cref="Pid"/>.
/// </summary>
internal readonly ref struct PidText
{
    private readonly ReadOnlySpan<byte> _node;
    private readonly ReadOnlySpan<byte> _host;

    private PidText(ReadOnlySpan<byte> node, ReadOnlySpan<byte> host, ulong number)
    {
        _node = node;
        _host = host;
        Number = number;
    }

    /// <summary>The number in it.</summary>
    public ulong Number { get; }

    /// <summary>Takes UTF-8 text apart; the result refers to it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out PidText pid)
    {
        pid = default;
        if (text.Length < 6 || text[0] != '{' || text[^1] != '}') return false;
        var inner = text[1..^1];
        var first = inner.IndexOf((byte)'|');
        if (first < 0) return false;
        var number = inner[(inner.LastIndexOf((byte)'|') + 1)..];
        if (!number.StartsWith("0x"u8) || !TryParseHex(number[2..], out var value) || value == 0) return false;
        var place = inner[..first];
        var at = place.IndexOf((byte)'@');
        pid = at < 0 ? new PidText([], place, value) : new PidText(place[..at], place[(at + 1)..], value);
        return true;
    }

    // By hand, because every message names its receiver this way.
    private static bool TryParseHex(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        if (digits.IsEmpty) return false;
        foreach (var c in digits)
        {
            var digit = c switch
            {
                >= (byte)'0' and <= (byte)'9' => c - '0',
                >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
                _ => -1,
            };
            if (digit < 0 || value >> 60 != 0) return false;
            value = (value << 4) | (uint)digit;
        }
        return true;
    }

    /// <summary>Whether it is the text of this PID, whose host part is given as UTF-8.</summary>
    public bool Is(in Pid pid, ReadOnlySpan<byte> hostUtf8) =>
        _host.SequenceEqual(hostUtf8) && Ascii.Equals(_node, pid.Node);

    /// <summary>The PID.</summary>
    public Pid ToPid() => new(Encoding.UTF8.GetString(_node), Encoding.UTF8.GetString(_host), Number);
}
