namespace Wippy.Shared.Lua;

/// <summary>
/// Counts the steps that Lua's own matcher would need for a call, up to a bound: one call of it cannot be interrupted,
/// and a pattern can make it last longer than the universe. Follows the matcher of the reference implementation (manual
/// §6.4.1) step by step, without producing anything; malformed patterns are left to the native function to refuse.
/// </summary>
internal ref struct LuaPatternCost
{
    /// <summary>Steps that any call may take: some 50 ms.</summary>
    public const long BaseSteps = 10_000_000;

    /// <summary>Steps in addition for each byte of the subject, so that long texts are no problem for good patterns.</summary>
    public const long StepsPerByte = 8;

    // What is cheap needs no look: less than a look costs.
    private const double CheapSteps = 100_000;

    private const int MaxDepth = 200;   // MAXCCALLS of lstrlib.c: beyond it the native function refuses, too
    private const int MaxCaptures = 32;
    private const int Unfinished = -1;
    private const int Position = -2;

    private readonly ReadOnlySpan<byte> _subject;
    private readonly ReadOnlySpan<byte> _pattern;
    private readonly Span<int> _starts;
    private readonly Span<int> _lengths;
    private readonly long _bound;
    private int _captures;
    private int _depth;
    private long _steps;
    private bool _isMalformed;

    private LuaPatternCost(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> pattern, Span<int> starts, Span<int> lengths)
    {
        _subject = subject;
        _pattern = pattern;
        _starts = starts;
        _lengths = lengths;
        _bound = BaseSteps + StepsPerByte * subject.Length;
    }

    private readonly bool IsOver => _steps > _bound || _isMalformed;

    /// <summary>How long a subject may be that the pattern is cheap for, whatever is in it; bytes.</summary>
    /// <remarks>Each item that can take a varying number of bytes multiplies the work by the length, and so does the start.</remarks>
    public static long CheapLength(ReadOnlySpan<byte> pattern)
    {
        var varying = 1;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c is (byte)'*' or (byte)'+' or (byte)'-' or (byte)'?') varying++;
            else if (c == '%' && ++i < pattern.Length && (pattern[i] == 'b' || char.IsAsciiDigit((char)pattern[i]))) varying++;
        }
        return (long)Math.Pow(CheapSteps / (pattern.Length + 1), 1.0 / varying);
    }

    /// <summary>Whether a call stays within its steps.</summary>
    /// <param name="subject">What is searched.</param>
    /// <param name="pattern">For what.</param>
    /// <param name="first">Index of the byte to begin at, 0 or more.</param>
    /// <param name="all">Whether every match is looked for, as gsub and gmatch do, or the first.</param>
    public static bool IsAffordable(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> pattern, int first, bool all)
    {
        var cost = new LuaPatternCost(subject, pattern, stackalloc int[MaxCaptures], stackalloc int[MaxCaptures]);
        cost.Scan(first, all);
        return cost._steps <= cost._bound;
    }

    private void Scan(int s, bool all)
    {
        var isAnchored = _pattern.Length > 0 && _pattern[0] == '^';
        var last = -1;
        while (s <= _subject.Length && !IsOver)
        {
            _captures = 0;
            var end = Match(s, isAnchored ? 1 : 0);
            if (end >= 0 && !all) return;
            if (end >= 0 && end != last) s = last = end;
            else s++;
            if (isAnchored) return;
        }
    }

    // End of the match of the pattern from p at s, or -1.
    private int Match(int s, int p)
    {
        if (++_depth > MaxDepth) _isMalformed = true;
        try
        {
            while (true)
            {
                if (++_steps > _bound || _isMalformed) return -1;
                if (p == _pattern.Length) return s;
                switch (_pattern[p])
                {
                    case (byte)'(':
                        return p + 1 < _pattern.Length && _pattern[p + 1] == ')' ? Open(s, p + 2, Position) : Open(s, p + 1, Unfinished);
                    case (byte)')':
                        return Close(s, p + 1);
                    case (byte)'$' when p + 1 == _pattern.Length:
                        return s == _subject.Length ? s : -1;
                    case (byte)'%' when p + 1 < _pattern.Length && _pattern[p + 1] == 'b':
                        if ((s = Balanced(s, p + 2)) < 0) return -1;
                        p += 4;
                        continue;
                    case (byte)'%' when p + 1 < _pattern.Length && _pattern[p + 1] == 'f':
                        if (p + 2 >= _pattern.Length || _pattern[p + 2] != '[' || ItemEnd(p + 2) is var frontier && frontier < 0) return Malformed();
                        if (IsInSet(s == 0 ? (byte)0 : _subject[s - 1], p + 2, frontier) || !IsInSet(s < _subject.Length ? _subject[s] : (byte)0, p + 2, frontier)) return -1;
                        p = frontier;
                        continue;
                    case (byte)'%' when p + 1 < _pattern.Length && _pattern[p + 1] is >= (byte)'0' and <= (byte)'9':
                        if ((s = BackReference(s, _pattern[p + 1] - '1')) < 0) return -1;
                        p += 2;
                        continue;
                }
                var end = ItemEnd(p);
                if (end < 0) return -1;
                switch (end < _pattern.Length ? _pattern[end] : (byte)0)
                {
                    case (byte)'?':
                        if (Single(s, p, end) && Match(s + 1, end + 1) is var taken and >= 0) return taken;
                        p = end + 1;
                        continue;
                    case (byte)'+':
                        return Single(s, p, end) ? Longest(s + 1, p, end) : -1;
                    case (byte)'*':
                        return Longest(s, p, end);
                    case (byte)'-':
                        return Shortest(s, p, end);
                }
                if (!Single(s, p, end)) return -1;
                s++;
                p = end;
            }
        }
        finally
        {
            _depth--;
        }
    }

    private int Longest(int s, int p, int end)
    {
        var count = 0;
        while (Single(s + count, p, end)) count++;
        _steps += count;
        for (; count >= 0 && !IsOver; count--)
        {
            if (Match(s + count, end + 1) is var found and >= 0) return found;
        }
        return -1;
    }

    private int Shortest(int s, int p, int end)
    {
        while (!IsOver)
        {
            if (Match(s, end + 1) is var found and >= 0) return found;
            if (!Single(s, p, end)) return -1;
            s++;
        }
        return -1;
    }

    private int Open(int s, int p, int what)
    {
        if (_captures == MaxCaptures) return Malformed();
        _starts[_captures] = s;
        _lengths[_captures++] = what;
        var found = Match(s, p);
        if (found < 0) _captures--;
        return found;
    }

    private int Close(int s, int p)
    {
        var open = _captures - 1;
        while (open >= 0 && _lengths[open] != Unfinished) open--;
        if (open < 0) return Malformed();
        _lengths[open] = s - _starts[open];
        var found = Match(s, p);
        if (found < 0) _lengths[open] = Unfinished;
        return found;
    }

    private int Balanced(int s, int p)
    {
        if (p + 1 >= _pattern.Length) return Malformed();
        if (s >= _subject.Length || _subject[s] != _pattern[p]) return -1;
        var depth = 1;
        for (var i = s + 1; i < _subject.Length; i++)
        {
            if (++_steps > _bound) return -1;
            if (_subject[i] == _pattern[p + 1])
            {
                if (--depth == 0) return i + 1;
            }
            else if (_subject[i] == _pattern[p])
            {
                depth++;
            }
        }
        return -1;
    }

    private int BackReference(int s, int capture)
    {
        if (capture < 0 || capture >= _captures || _lengths[capture] == Unfinished) return Malformed();
        var length = Math.Max(_lengths[capture], 0);
        _steps += length / 8;
        return _subject.Length - s >= length && _subject.Slice(_starts[capture], length).SequenceEqual(_subject.Slice(s, length)) ? s + length : -1;
    }

    // Where the single item at p ends, or -1.
    private int ItemEnd(int p)
    {
        switch (_pattern[p++])
        {
            case (byte)'%':
                return p < _pattern.Length ? p + 1 : Malformed();
            case (byte)'[':
                if (p < _pattern.Length && _pattern[p] == '^') p++;
                do
                {
                    if (p >= _pattern.Length) return Malformed();
                    if (_pattern[p++] == '%') p++;
                }
                while (p >= _pattern.Length || _pattern[p] != ']');
                return p + 1;
            default:
                return p;
        }
    }

    private readonly bool Single(int s, int p, int end)
    {
        if (s >= _subject.Length) return false;
        var c = _subject[s];
        return _pattern[p] switch
        {
            (byte)'.' => true,
            (byte)'%' => IsInClass(c, _pattern[p + 1]),
            (byte)'[' => IsInSet(c, p, end),
            var literal => literal == c,
        };
    }

    // The set from its [ at p to behind its ].
    private readonly bool IsInSet(byte c, int p, int end)
    {
        var last = end - 1;
        var isComplement = _pattern[p + 1] == '^';
        if (isComplement) p++;
        while (++p < last)
        {
            if (_pattern[p] == '%')
            {
                if (IsInClass(c, _pattern[++p])) return !isComplement;
            }
            else if (p + 2 < last && _pattern[p + 1] == '-')
            {
                if (_pattern[p] <= c && c <= _pattern[p + 2]) return !isComplement;
                p += 2;
            }
            else if (_pattern[p] == c)
            {
                return !isComplement;
            }
        }
        return isComplement;
    }

    private static bool IsInClass(byte c, byte name)
    {
        var isIn = (char)(name | 0x20) switch
        {
            'a' => char.IsAsciiLetter((char)c),
            'c' => c is < 32 or 127,
            'd' => char.IsAsciiDigit((char)c),
            'g' => c is > 32 and < 127,
            'l' => char.IsAsciiLetterLower((char)c),
            'p' => c < 128 && (char.IsPunctuation((char)c) || char.IsSymbol((char)c)),
            's' => c is 32 or >= 9 and <= 13,
            'u' => char.IsAsciiLetterUpper((char)c),
            'w' => char.IsAsciiLetterOrDigit((char)c),
            'x' => char.IsAsciiHexDigit((char)c),
            _ => name == c,
        };
        var isClass = "acdglpsuwx".Contains((char)(name | 0x20), StringComparison.Ordinal) && char.IsAsciiLetter((char)name);
        if (!isClass) return name == c;
        return isIn != char.IsAsciiLetterUpper((char)name);
    }

    private int Malformed()
    {
        _isMalformed = true;
        return -1;
    }
}
