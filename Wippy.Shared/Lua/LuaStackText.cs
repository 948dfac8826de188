using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// Where an error was made, as the text that travels with it: what <c>errors.wrap</c> put in front, a line for the coroutine, a
/// line for each call.
/// </summary>
internal static partial class LuaStackText
{
    // Enough to see how it came there; the text travels with the error.
    private const int MostFrames = 16;

    /// <summary>Describes the calls on a thread; null when no program is at work there.</summary>
    /// <param name="thread">Which.</param>
    /// <param name="isMain">Whether it is the process's main coroutine.</param>
    public static string? Of(LuaStack thread, bool isMain)
    {
        var frames = LuaFrames.Of(thread, MostFrames);
        if (frames.Count == 0) return null;
        var text = new StringBuilder(isMain ? "stack of main:" : "stack of a coroutine:");
        foreach (var frame in frames) text.Append(CultureInfo.InvariantCulture, $"\n\t{frame.Source}:{frame.Line}: in {frame.Name} ({frame.Kind})");
        return text.ToString();
    }

    /// <summary>Reads the calls back.</summary>
    /// <param name="text">With whatever stands in front of them.</param>
    /// <param name="thread">The coroutine.</param>
    public static List<LuaFrame> Parse(string text, out string thread)
    {
        thread = Thread().Match(text) is { Success: true } match ? match.Groups[1].Value : "";
        return [.. Call().Matches(text).Select(call => new LuaFrame(
            call.Groups[1].Value, int.Parse(call.Groups[2].Value, CultureInfo.InvariantCulture), call.Groups[3].Value, call.Groups[4].Value))];
    }

    [GeneratedRegex(@"^stack of (?:a )?(\w+):$", RegexOptions.Multiline)]
    private static partial Regex Thread();

    [GeneratedRegex(@"^\t(.+):(\d{1,9}): in (.+) \((\w+)\)$", RegexOptions.Multiline)]
    private static partial Regex Call();
}
