using System.Collections.Concurrent;
using System.Text;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Lua.Types;

namespace Wippy.Shared.Lua;

/// <summary>A compiled source.</summary>
/// <param name="Bytecode">Of plain Lua.</param>
/// <param name="Types">Those it declares and uses as values.</param>
/// <param name="Names">Every name in it, of whatever; not what strings say.</param>
internal sealed record CompiledLua(byte[] Bytecode, TypeTable Types, IReadOnlySet<string> Names);

/// <summary>Source text to bytecode, cached by content: the same text under the same name is compiled once. Any thread.</summary>
internal static class LuaCompiler
{
    private static readonly ConcurrentDictionary<string, CompiledLua> Cache = new(StringComparer.Ordinal);

    /// <summary>Compiles a chunk.</summary>
    /// <param name="source">Lua text, perhaps with types; a first line that begins with <c>#!</c> is skipped.</param>
    /// <param name="name">What error positions begin with: the entry's id.</param>
    /// <param name="error">The message with position, when the result is null.</param>
    public static CompiledLua? Compile(string source, string name, out string? error)
    {
        error = null;
        var key = $"{name}\n{source}";   // no digest, whose library takes longer to load than a program to start
        if (Cache.TryGetValue(key, out var known)) return known;

        var text = Encoding.UTF8.GetBytes(source);
        if (!TypeErasure.TryErase(text, name, out var erased, out var problem))
        {
            error = problem.ToString();
            return null;
        }
        text = erased.Text;
        // The line stays, empty, so that line numbers do.
        var start = text.AsSpan().StartsWith("#!"u8) ? Math.Max(text.AsSpan().IndexOf((byte)'\n'), 0) : 0;
        using var state = LuaState.Create();
        if (state.LoadSource(text.AsSpan(start), name) != LuaStatus.Ok)
        {
            error = state.Main.ToText(-1);
            return null;
        }
        return Cache[key] = new CompiledLua(state.Dump(), erased.Types, NamesIn(text));
    }

    private static HashSet<string> NamesIn(byte[] source)
    {
        var tokens = new TokenReader(source);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var token in tokens.Tokens)
        {
            if (token.Kind == TokenKind.Name) names.Add(tokens.TextOf(token));
        }
        return names;
    }
}
