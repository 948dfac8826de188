using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>What a userdata of ours is. The values are never seen outside the process.</summary>
internal enum LuaUserdataKind
{
    None = 0,
    Error,
    Message,
    Payload,
    Channel,
    Case,
    Logger,
    Time,
    Duration,
    Future,
    Executor,
    HttpRequest,
    HttpResponse,
    Ticker,
    Type,
    Actor,
    Policy,
    Scope,
    TokenStore,
    Subscription,
    Timer,
    Location,
    Store,
    QueueMessage,
    RegistrySnapshot,
    RegistryVersion,
    RegistryChanges,
    RegistryHistory,
    Spawner,
    Regexp,
    Differ,
    Splitter,
}

/// <summary>
/// The block of every userdata: what it is, and one number whose meaning depends on that (the slot of a channel, the
/// nanoseconds of a time). Everything else about it is Lua values, so that the Lua collector owns it alone.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LuaUserdata
{
    public LuaUserdataKind Kind;
    public int Flag;
    public long Number;
}
