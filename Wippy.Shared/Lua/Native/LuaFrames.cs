using System.Runtime.InteropServices;
using System.Text;

namespace Wippy.Shared.Lua.Native;

/// <summary>One call on the stack of a Lua thread.</summary>
/// <param name="Source">Chunk: the id of an entry.</param>
/// <param name="Line">Line there; -1 where there is none.</param>
/// <param name="Name">What the caller calls it; <c>?</c> when nobody knows.</param>
/// <param name="Kind"><c>Lua</c>, <c>main</c> (a chunk) or <c>C</c>.</param>
internal readonly record struct LuaFrame(string Source, int Line, string Name, string Kind);

/// <summary>Reads the calls on the stack of a Lua thread; nothing here raises.</summary>
internal static unsafe class LuaFrames
{
    /// <summary>The calls of programs, innermost first; those of the runtime are left out.</summary>
    /// <param name="thread">Running, suspended, or ended by an error.</param>
    /// <param name="most">So many at most.</param>
    public static List<LuaFrame> Of(LuaStack thread, int most)
    {
        var frames = new List<LuaFrame>();
        Activation activation;
        for (var level = 0; frames.Count < most && LuaApi.lua_getstack(thread.Handle, level, &activation) != 0; level++)
        {
            fixed (byte* what = "Sln\0"u8)
            {
                if (LuaApi.lua_getinfo(thread.Handle, what, &activation) == 0) break;
            }
            // Wrappers of the prelude have no line numbers; natives are the library's business.
            if (activation.CurrentLine < 0) continue;
            frames.Add(new LuaFrame(Text(activation.ShortSource), activation.CurrentLine, activation.Name is null ? "?" : Text(activation.Name), Text(activation.What)));
        }
        return frames;
    }

    /// <summary>Whether a call is one of a wrapper of the prelude: Lua without line numbers.</summary>
    /// <param name="thread">Running or suspended.</param>
    /// <param name="level">0 is the function that runs, 1 the one that called it.</param>
    public static bool IsWrapper(LuaStack thread, int level)
    {
        Activation activation;
        if (LuaApi.lua_getstack(thread.Handle, level, &activation) == 0) return false;
        fixed (byte* what = "Sl\0"u8)
        {
            return LuaApi.lua_getinfo(thread.Handle, what, &activation) != 0 && activation.CurrentLine < 0 && *activation.What == (byte)'L';
        }
    }

    private static string Text(byte* text) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    // lua_Debug (reference manual §4.7).
    [StructLayout(LayoutKind.Sequential)]
    internal struct Activation
    {
        public int Event;
        public byte* Name;
        public byte* NameKind;
        public byte* What;
        public byte* Source;
        public nuint SourceLength;
        public int CurrentLine;
        public int FirstLine;
        public int LastLine;
        public byte Upvalues;
        public byte Parameters;
        public byte IsVararg;
        public byte IsTailCall;
        public ushort FirstTransferred;
        public ushort Transferred;
        public fixed byte ShortSource[60];
        public nint Call;
    }
}
