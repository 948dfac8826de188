using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>The chunks a program starts with, run one after the other: its libraries in dependency order, then its own.</summary>
internal struct LuaPreparation
{
    private int _next;

    /// <summary>Whether a chunk has begun and not ended.</summary>
    public bool IsRunning { readonly get; private set; }

    /// <summary>Pushes the next chunk onto the main thread, ready to be resumed.</summary>
    /// <returns>False when all have run.</returns>
    public bool PushNext(LuaThread main, LuaEnvironments environments)
    {
        if (_next == environments.Count) return false;
        IsRunning = true;
        var stack = main.Stack;
        stack.SetTop(LuaMonitor.Bottom);
        stack.PushAnchored(LuaAnchors.Import(_next));
        return true;
    }

    /// <summary>Keeps what the chunk that has just ended returned: its first value is the lowest on the stack.</summary>
    public void Finished(LuaThread main)
    {
        IsRunning = false;
        main.Stack.SetTop(LuaMonitor.Bottom + 1);
        main.Stack.Anchor(LuaAnchors.Import(_next++));
    }

    /// <summary>Finds the method in what the program's chunk returned: a function, or a table that holds it.</summary>
    public static bool TryTakeMethod(LuaThread main, LuaProgram program, out Error? error)
    {
        var stack = main.Stack;
        var type = stack.PushAnchored(LuaAnchors.Import(program.Environments.Count - 1));
        if (type == LuaType.Table) type = stack.RawGetField(-1, System.Text.Encoding.UTF8.GetBytes(program.Method));
        if (type != LuaType.Function)
        {
            error = new Error(ErrorKind.NotFound, $"method \"{program.Method}\" not found in module");
            return false;
        }
        error = null;
        stack.Anchor(LuaAnchors.Method);
        stack.SetTop(LuaMonitor.Bottom);
        return true;
    }
}
