using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Wippy.Shared.Lua.Types;

/// <summary>
/// The front end of the Lua compiler: checks the syntax of a source and takes the types out of it (reference:
/// lua-environment §3, §5). What is left keeps its line, and its column but for what follows a type declaration on the
/// same line. Any thread.
/// </summary>
/// <remarks>
/// A declared type that the program uses as a value becomes <c>local Name=typeof(index);</c>, where typeof is a global
/// that the program itself cannot name, because the word is reserved. The others leave a semicolon, so that a line which
/// begins with a parenthesis does not turn into a call of the line before.
/// </remarks>
internal static class TypeErasure
{
    /// <summary>The global which plain Lua finds the value of a declared type with.</summary>
    public const string TypeGlobal = "typeof";

    /// <summary>Reads a source.</summary>
    /// <param name="source">Text; a first line that begins with <c>#!</c> is skipped.</param>
    /// <param name="chunkName">What error positions begin with.</param>
    /// <param name="erased">Plain Lua: the given array itself where nothing had to change.</param>
    /// <param name="error">The first thing that is wrong.</param>
    public static bool TryErase(byte[] source, string chunkName, [NotNullWhen(true)] out ErasedSource? erased, [NotNullWhen(false)] out FrontEndError? error)
    {
        try
        {
            var tokens = new TokenReader(source);
            var parser = new ProgramParser(tokens);
            parser.Program();
            erased = parser.Edits.Count == 0 ? new ErasedSource(source, TypeTable.Empty) : Apply(source, tokens, parser.Edits);
            error = null;
            return true;
        }
        catch (FrontEndException exception)
        {
            erased = null;
            error = new FrontEndError(chunkName, exception.Line, ColumnOf(source, exception.Offset), exception.Message);
            return false;
        }
    }

    private static ErasedSource Apply(byte[] source, TokenReader tokens, List<ProgramParser.Edit> edits)
    {
        var values = ValueNames(tokens, edits);
        var resolver = new TypeResolver();
        var text = new ArrayBufferWriter<byte>(source.Length + 64);
        var position = 0;
        foreach (var edit in edits)
        {
            text.Write(source.AsSpan(position..edit.Start));
            var replacement = edit.Alias switch
            {
                null => "",
                { Name: var name } when !values.Contains(name) => ";",
                { Name: var name } alias => $"local {name}={TypeGlobal}({resolver.Resolve(alias).Index});",
            };
            Replace(text, source.AsSpan(edit.Start..edit.End), replacement);
            position = edit.End;
        }
        text.Write(source.AsSpan(position));
        return new ErasedSource(text.WrittenSpan.ToArray(), resolver.Finish());
    }

    // Writes the replacement and blanks for the rest of the span, whose line breaks stay.
    private static void Replace(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> span, string replacement)
    {
        Encoding.ASCII.GetBytes(replacement, text);
        var room = span.IndexOfAny((byte)'\n', (byte)'\r');
        if (room < 0) room = span.Length;
        span = span[Math.Min(room, replacement.Length)..];
        var blanks = text.GetSpan(span.Length);
        for (var i = 0; i < span.Length; i++) blanks[i] = span[i] is (byte)'\n' or (byte)'\r' ? span[i] : (byte)' ';
        text.Advance(span.Length);
    }

    // Declared names which also stand outside types. A local of the same name counts, too: then a value nobody asks for is made.
    private static HashSet<string> ValueNames(TokenReader tokens, List<ProgramParser.Edit> edits)
    {
        var declared = edits.Where(edit => edit.Alias is not null).Select(edit => edit.Alias!.Name).ToHashSet(StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        if (declared.Count == 0) return used;
        var next = 0;
        foreach (var token in tokens.Tokens)
        {
            while (next < edits.Count && edits[next].End <= token.Start) next++;
            var isErased = next < edits.Count && token.Start >= edits[next].Start;
            if (token.Kind != TokenKind.Name || isErased) continue;
            var name = tokens.TextOf(token);
            if (declared.Contains(name)) used.Add(name);
        }
        return used;
    }

    // In characters, which UTF-8 begins with any byte but 10xxxxxx.
    private static int ColumnOf(byte[] source, int offset)
    {
        var before = source.AsSpan(0, offset);
        var line = before[(before.LastIndexOfAny((byte)'\n', (byte)'\r') + 1)..];
        var column = 1;
        foreach (var b in line)
        {
            if ((b & 0xC0) != 0x80) column++;
        }
        return column;
    }
}
