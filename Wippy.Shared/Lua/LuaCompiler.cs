using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>Source text to bytecode, cached by content: the same text under the same name is compiled once. Any thread.</summary>
internal static class LuaCompiler
{
    private static readonly ConcurrentDictionary<string, byte[]> Cache = new(StringComparer.Ordinal);

    /// <summary>Compiles a chunk.</summary>
    /// <param name="source">Lua text; a first line that begins with <c>#!</c> is skipped.</param>
    /// <param name="name">What error positions begin with: the entry's id.</param>
    /// <param name="error">Lua's message with position, when the result is null.</param>
    public static byte[]? Compile(string source, string name, out string? error)
    {
        error = null;
        var text = Encoding.UTF8.GetBytes(source);
        var key = $"{name}\n{Convert.ToHexString(SHA256.HashData(text))}";
        if (Cache.TryGetValue(key, out var known)) return known;

        // The line stays, empty, so that line numbers do.
        var start = text.AsSpan().StartsWith("#!"u8) ? Math.Max(text.AsSpan().IndexOf((byte)'\n'), 0) : 0;
        using var state = LuaState.Create();
        if (state.LoadSource(text.AsSpan(start), name) != LuaStatus.Ok)
        {
            error = state.Main.ToText(-1);
            return null;
        }
        return Cache[key] = state.Dump();
    }
}
