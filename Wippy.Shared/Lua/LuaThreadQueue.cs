using System.Diagnostics.CodeAnalysis;

namespace Wippy.Shared.Lua;

/// <summary>Coroutines of one process that are ready to run, in their turn; each is in it at most once.</summary>
internal struct LuaThreadQueue
{
    private LuaThread? _first;
    private LuaThread? _last;

    public readonly bool IsEmpty => _first is null;

    public void Enqueue(LuaThread thread)
    {
        if (_first is null) _first = thread;
        else _last!.NextReady = thread;
        _last = thread;
    }

    public bool TryDequeue([NotNullWhen(true)] out LuaThread? thread)
    {
        thread = _first;
        if (thread is null) return false;
        _first = thread.NextReady;
        thread.NextReady = null;
        return true;
    }
}
