using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Wippy.Shared.Lua.Json;

/// <summary>The values of the keyword <c>format</c> (JSON Schema validation, draft 2020-12, §7.3) that are checked.</summary>
internal static class JsonFormats
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private static readonly Regex Time = new(@"^([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])\z", Linear);
    private static readonly Regex Mail = new(@"^[0-9A-Za-z.!#$%&'*+/=?^_`{|}~-]+@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*\z", Linear);
    private static readonly Regex HostName = new(@"^[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?(\.[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?)*\z", Linear);
    private static readonly Regex DottedQuad = new(@"^[0-9]{1,3}(\.[0-9]{1,3}){3}\z", Linear);

    /// <summary>Whether a text has a format; true for formats unknown here.</summary>
    public static bool Matches(string format, string text) => format switch
    {
        "date" => IsDate(text),
        "time" => Time.IsMatch(text),
        "date-time" => text.Length > 11 && text[10] is 'T' or 't' && IsDate(text[..10]) && Time.IsMatch(text[11..]),
        "email" => Mail.IsMatch(text),
        "hostname" => text.Length <= 253 && HostName.IsMatch(text),
        "ipv4" => DottedQuad.IsMatch(text) && IPAddress.TryParse(text, out var address) && address.ToString() == text,
        "ipv6" => IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 && !text.Contains('[', StringComparison.Ordinal) && !text.Contains('%', StringComparison.Ordinal),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _) && text.Contains(':', StringComparison.Ordinal) && !text.Contains(' ', StringComparison.Ordinal),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "regex" => LuaRegexes.Compile(text, out _) is not null,
        _ => true,
    };

    private static bool IsDate(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
