using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Wippy.Shared.Identity;

/// <summary>
/// Address of a process and nothing more. Text form <c>{host|0x0001f}</c> on an unnamed node,
/// <c>{node@host|0x0001f}</c> on a named one; the number is a node-wide counter in lower-case hex of at least five
/// digits and is never used twice in one run. Value type; equality is ordinal.
/// </summary>
/// <param name="Node">Node name, or empty on an unnamed node.</param>
/// <param name="Host">Entry id of the host, or an internal host name such as <c>node:control</c>.</param>
/// <param name="Number">Greater than zero in the PID of a process.</param>
public readonly record struct Pid(string Node, string Host, ulong Number)
{
    private const int MinDigits = 5;

    /// <summary>The sender of messages that come from the runtime itself; prints as <c>{|}</c>.</summary>
    public static Pid None { get; } = new("", "", 0);

    /// <summary>Whether this is <see cref="None"/>.</summary>
    public bool IsNone => Number == 0 && string.IsNullOrEmpty(Host);

    /// <summary>
    /// Parses a PID. The host part is split at the first <c>@</c>; of the old three-part form <c>{a|b|c}</c> the
    /// first and the last part count.
    /// </summary>
    /// <returns>False for anything else; callers then treat the text as a registered name.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out Pid pid)
    {
        pid = default;
        if (text is null || text.Length < 3 || text[0] != '{' || text[^1] != '}') return false;
        var inner = text.AsSpan(1, text.Length - 2);
        var first = inner.IndexOf('|');
        if (first < 0) return false;
        var number = inner[(inner.LastIndexOf('|') + 1)..];
        if (!number.StartsWith("0x", StringComparison.Ordinal)
            || !ulong.TryParse(number[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            || value == 0)
        {
            return false;
        }
        var place = inner[..first];
        var at = place.IndexOf('@');
        pid = at < 0
            ? new Pid("", place.ToString(), value)
            : new Pid(place[..at].ToString(), place[(at + 1)..].ToString(), value);
        return true;
    }

    /// <summary>The PID without its node part: what policies see, so that a prefix pattern holds on every node.</summary>
    public Pid WithoutNode() => this with { Node = "" };

    /// <summary>Writes the text form as UTF-8 without making a string.</summary>
    /// <returns>False when it does not fit.</returns>
    public bool TryFormat(Span<byte> utf8, out int length)
    {
        // By hand, because every message that arrives in Lua brings the PID of its sender.
        length = 0;
        var digits = Math.Max(MinDigits, (BitOperations.Log2(Number) >> 2) + 1);
        var hasNode = !string.IsNullOrEmpty(Node);
        var needed = "{|0x}".Length + digits + Encoding.UTF8.GetByteCount(Host) + (hasNode ? Encoding.UTF8.GetByteCount(Node) + 1 : 0);
        if (utf8.Length < needed) return false;
        utf8[length++] = (byte)'{';
        if (hasNode)
        {
            length += Encoding.UTF8.GetBytes(Node, utf8[length..]);
            utf8[length++] = (byte)'@';
        }
        length += Encoding.UTF8.GetBytes(Host, utf8[length..]);
        "|0x"u8.CopyTo(utf8[length..]);
        length += 3;
        for (var shift = (digits - 1) * 4; shift >= 0; shift -= 4) utf8[length++] = "0123456789abcdef"u8[(int)(Number >> shift) & 0xf];
        utf8[length++] = (byte)'}';
        return true;
    }

    /// <summary>The text form.</summary>
    public override string ToString()
    {
        if (IsNone) return "{|}";
        return string.IsNullOrEmpty(Node) ? $"{{{Host}|0x{Number:x5}}}" : $"{{{Node}@{Host}|0x{Number:x5}}}";
    }
}
