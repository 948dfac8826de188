namespace Wippy.Shared.Security;

/// <summary>
/// One pattern for actions or resources. A star at the end stands for any rest, so <c>store.*</c> covers
/// <c>store.get</c> but not <c>storex</c>, and <c>*</c> covers everything. Anywhere else a star is an ordinary character.
/// </summary>
internal readonly struct Pattern
{
    private readonly string _text;
    private readonly bool _isPrefix;

    /// <param name="text">As written in a policy.</param>
    public Pattern(string text)
    {
        _isPrefix = text.EndsWith('*');
        _text = _isPrefix ? text[..^1] : text;
        MentionsNode = text.Contains('@');
    }

    /// <summary>Whether the pattern is about a PID together with its node part.</summary>
    public bool MentionsNode { get; }

    public bool Matches(ReadOnlySpan<char> text) =>
        _isPrefix ? text.StartsWith(_text, StringComparison.Ordinal) : text.SequenceEqual(_text);

    /// <summary>Matches a text given in two pieces, without putting them together.</summary>
    public bool Matches(char first, ReadOnlySpan<char> rest)
    {
        if (_text.Length == 0) return _isPrefix;
        if (_text[0] != first) return false;
        var wanted = _text.AsSpan(1);
        return _isPrefix ? rest.StartsWith(wanted, StringComparison.Ordinal) : rest.SequenceEqual(wanted);
    }
}
