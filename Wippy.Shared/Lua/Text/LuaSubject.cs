using System.Text;
using System.Text.RegularExpressions;
using Wippy.Shared.Errors;

namespace Wippy.Shared.Lua.Text;

/// <summary>
/// A text that regular expressions search, and the matches in it. .NET counts UTF-16 units where Lua counts bytes; positions
/// are translated in order, so asking for all of them takes time linear in the text.
/// </summary>
internal sealed class LuaSubject(string text)
{
    /// <summary>Bytes of a text.</summary>
    public const int MaxBytes = 1024 * 1024;

    private int _chars;
    private int _bytes;

    public string Text => text;

    /// <summary>Bytes before a position. Positions must not become smaller from call to call, except to start again at 0.</summary>
    public int ByteOffset(int position)
    {
        if (position < _chars) _chars = _bytes = 0;
        _bytes += Encoding.UTF8.GetByteCount(text.AsSpan(_chars, position - _chars));
        _chars = position;
        return _bytes;
    }

    /// <summary>
    /// Finds all matches, as Go's regexp does: an empty one right behind another match does not count.
    /// </summary>
    /// <param name="regex">What to look for.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="clock">Measures the time that is taken.</param>
    /// <param name="problem">That it took longer than <see cref="LuaRegexes.MaxTime"/>.</param>
    public List<Match> Matches(Regex regex, int limit, TimeProvider clock, out Error? problem)
    {
        var matches = new List<Match>();
        var began = clock.GetTimestamp();
        problem = LuaRegexes.Guard(() => FindAll(regex, limit, clock, began, matches), out var isDone);
        if (problem is null && !isDone) problem = LuaRegexes.TooSlow;
        return matches;
    }

    // Each search has its own time limit; here it is that of all together.
    private bool FindAll(Regex regex, int limit, TimeProvider clock, long began, List<Match> matches)
    {
        var end = -1;
        for (var match = regex.Match(text); match.Success && matches.Count < limit; match = match.NextMatch())
        {
            if (match.Length == 0 && match.Index == end) continue;
            matches.Add(match);
            end = match.Index + match.Length;
            if (clock.GetElapsedTime(began) > LuaRegexes.MaxTime) return false;
        }
        return true;
    }
}
