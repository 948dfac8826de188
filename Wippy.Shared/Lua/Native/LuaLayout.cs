using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Where Lua keeps what <see cref="LuaMonitor"/> writes from another thread: fields of <c>lua_State</c> and <c>CallInfo</c> (lstate.h
/// of Lua 5.4), which no function of its API reaches without a walk that only the thread's owner may make. Nothing is taken for granted:
/// each place is found, once per operating-system process, by what known calls do to a state of our own. Offsets in bytes.
/// </summary>
internal static unsafe class LuaLayout
{
    private const int StateBytes = 256;   // of lua_State that are looked at; the main thread's lies inside a larger block
    private const int CallBytes = 64;
    private const int ExpectedVersion = 504;
    private const int Settled = 3;        // calls of the probe until no trap of an earlier stack move is left
    private const int Calls = 6;

    // Bits of CallInfo.callstatus.
    private const ushort IsC = 2;
    private const ushort IsFresh = 4;
    private const ushort IsProtected = 0x10;
    private const int UsedBits = 0x1fff;

    // The frames at the moment of the look, innermost first: the probe, two Lua functions, xpcall, a Lua function, xpcall, the chunk.
    private const string Frames = "CLLCLCL";

    private static readonly nint NoHook = (nint)(delegate* unmanaged[Cdecl]<nint, nint, void>)&Ignore;
    private static int s_looks;
    private static string? s_failure;

    /// <summary>Why the places are not known; null when they are.</summary>
    public static string? Problem { get; } = Find();

    /// <summary>The size class of <see cref="LuaArena"/> that holds CallInfo structures, in bytes.</summary>
    public const int CallInfoBytes = CallBytes;

    /// <summary>In lua_State: the hook function.</summary>
    public static int Hook { get; private set; }

    /// <summary>In lua_State: instructions between two calls of it.</summary>
    public static int BaseCount { get; private set; }

    /// <summary>In lua_State: instructions until the next call.</summary>
    public static int Count { get; private set; }

    /// <summary>In lua_State: for what it is called; 0 for nothing.</summary>
    public static int Mask { get; private set; }

    /// <summary>In lua_State: the running CallInfo.</summary>
    public static int Call { get; private set; }

    /// <summary>In lua_State: stack offset of the message handler; 0 for none.</summary>
    public static int Handler { get; private set; }

    /// <summary>In CallInfo: its caller's.</summary>
    public static int Previous { get; private set; }

    /// <summary>In CallInfo: its kind.</summary>
    public static int Status { get; private set; }

    /// <summary>In CallInfo of a Lua function: whether to look at the mask before the next instruction. In one of a C function, half of its caller's <see cref="Handler"/>.</summary>
    public static int Trap { get; private set; }

    /// <summary>Whether a CallInfo is of a C function.</summary>
    public static bool IsOfC(nint call) => (Volatile.Read(ref *(ushort*)(call + Status)) & IsC) != 0;

    private static string? Find()
    {
        if (!LuaChunkPool.IsSupported) return "this system has no arenas for Lua states";
        using var state = LuaState.CreateTemplate();
        var thread = state.Main.Handle;
        try
        {
            Require(LuaApi.lua_version(thread) == ExpectedVersion, "the version is not 5.4");
            LuaApi.lua_checkstack(thread, 200);
            FindHook(thread);
            FindFrames(state);
            FindCountdown(state);
            return null;
        }
        catch (InvalidOperationException unexpected)
        {
            return $"the Lua library is laid out in another way: {unexpected.Message}";
        }
    }

    private static void FindHook(nint thread)
    {
        foreach (var (count, mask) in ((int, int)[])[(0x5A5A_1234, 8), (0x0077_0077, 12), (0x1234_5678, 8)])
        {
            LuaApi.lua_sethook(thread, NoHook, mask, count);
            var hook = OnlyPlaceOf(thread, NoHook, "the hook");
            var counts = -1;
            for (var at = hook + 8; at < hook + 64; at += 4)
            {
                if (*(int*)(thread + at) != count || *(int*)(thread + at + 4) != count || *(int*)(thread + at + 8) != mask) continue;
                Require(counts < 0, "the counts are there twice");
                counts = at;
            }
            Require(counts > 0, "the counts are not there");
            Require(Hook == 0 || (Hook == hook && BaseCount == counts), "the hook moves");
            Hook = hook;
            BaseCount = counts;
            Count = counts + 4;
            Mask = counts + 8;
        }
        LuaApi.lua_sethook(thread, 0, 0, 0);
        Require(*(nint*)(thread + Hook) == 0 && *(int*)(thread + Mask) == 0, "the hook does not go away");
    }

    private static void FindFrames(LuaState state)
    {
        var stack = state.Main;
        LuaApi.lua_pushcclosure(stack.Handle, (nint)(delegate* unmanaged[Cdecl]<nint, int>)&Look, 0);
        var source = $$"""
            local probe = ...
            local function inner() probe() return 1 end
            local function outer() local a = inner() return a + 1 end
            for i = 1, {{Calls}} do xpcall(function() local a = xpcall(outer, print) return a end, print) end
            """;
        Require(state.LoadSource(System.Text.Encoding.UTF8.GetBytes(source), "probe") == LuaStatus.Ok, "the probe does not compile");
        stack.Insert(-2);
        s_looks = 0;
        s_failure = null;
        // As processes run: only what can be suspended is protected in the way that is looked for.
        Require(LuaCallbacks.Resume(state, stack, 1, out _) == LuaStatus.Ok, "the probe fails");
        if (s_failure is not null) throw new InvalidOperationException(s_failure);
        Require(s_looks == Calls, "the probe was not called");
    }

    // Which of the two counts goes down.
    private static void FindCountdown(LuaState state)
    {
        var thread = state.Main.Handle;
        const int Many = 1 << 30;
        LuaApi.lua_sethook(thread, NoHook, LuaApi.MaskCount, Many);
        Require(state.LoadSource("for i = 1, 100 do end"u8, "probe") == LuaStatus.Ok, "the probe does not compile");
        LuaState.CallTrusted(state.Main, 0, 0);
        Require(*(int*)(thread + BaseCount) == Many && *(int*)(thread + Count) < Many - 50, "the counts have changed places");
        LuaApi.lua_sethook(thread, 0, 0, 0);
    }

    private static void LookAt(nint thread)
    {
        var calls = stackalloc nint[Frames.Length];
        LuaFrames.Activation activation;
        for (var level = 0; level < Frames.Length; level++)
        {
            Require(LuaApi.lua_getstack(thread, level, &activation) != 0, "a frame is missing");
            calls[level] = activation.Call;
        }
        Require(LuaApi.lua_getstack(thread, Frames.Length, &activation) == 0, "a frame too many");
        Call = OnlyPlaceOf(thread, calls[0], "the running call");
        FindPrevious(thread, calls);
        FindStatus(calls);
        FindTrap(thread, calls);
    }

    // The list ends in the call that every lua_State holds itself.
    private static void FindPrevious(nint thread, nint* calls)
    {
        Previous = -1;
        for (var at = 0; at < CallBytes; at += sizeof(nint))
        {
            var isPrevious = true;
            for (var i = 0; i + 1 < Frames.Length; i++) isPrevious &= *(nint*)(calls[i] + at) == calls[i + 1];
            if (!isPrevious) continue;
            Require(Previous < 0, "the caller is there twice");
            Previous = at;
        }
        Require(Previous >= 0, "the caller is not there");
        var last = *(nint*)(calls[Frames.Length - 1] + Previous);
        Require(last > thread && last < thread + StateBytes && *(nint*)(last + Previous) == 0, "the calls do not end in the state");
    }

    private static void FindStatus(nint* calls)
    {
        Status = -1;
        var last = *(nint*)(calls[Frames.Length - 1] + Previous);
        for (var at = 0; at < CallBytes; at += sizeof(ushort))
        {
            var isStatus = (*(ushort*)(last + at) & IsC) != 0;
            for (var i = 0; i < Frames.Length; i++)
            {
                var status = *(ushort*)(calls[i] + at);
                isStatus &= (status & IsC) != 0 == (Frames[i] == 'C') && (status & ~UsedBits) == 0;
            }
            isStatus &= (*(ushort*)(calls[1] + at) & IsFresh) == 0 && (*(ushort*)(calls[2] + at) & IsFresh) != 0;
            isStatus &= (*(ushort*)(calls[3] + at) & IsProtected) != 0 && (*(ushort*)(calls[5] + at) & IsProtected) != 0;
            if (!isStatus) continue;
            Require(Status < 0, "the status is there twice");
            Status = at;
        }
        // It ends the structure, whose size is that of its size class then.
        Require(Status == CallBytes - sizeof(ushort), "a call is of another size");
    }

    // A hook sets exactly one int of each Lua frame, from 0 to 1. In frames of pcall the same place holds the handler outside of it.
    private static void FindTrap(nint thread, nint* calls)
    {
        const int Ints = CallBytes / sizeof(int);
        var before = stackalloc int[Frames.Length * Ints];
        for (var i = 0; i < Frames.Length * Ints; i++) before[i] = ((int*)calls[i / Ints])[i % Ints];
        LuaApi.lua_sethook(thread, NoHook, LuaApi.MaskCount, 1 << 30);
        Trap = -1;
        for (var i = 0; i < Frames.Length * Ints; i++)
        {
            var now = ((int*)calls[i / Ints])[i % Ints];
            if (now == before[i]) continue;
            var at = i % Ints * sizeof(int);
            Require(Frames[i / Ints] == 'L' && now == 1 && before[i] == 0 && (Trap < 0 || Trap == at), "the trap is not alone");
            Trap = at;
        }
        Require(Trap > 0, "there is no trap");
        for (var i = 0; i < Frames.Length; i++) Require(Frames[i] != 'L' || *(int*)(calls[i] + Trap) == 1, "a trap is missing");
        LuaApi.lua_sethook(thread, 0, 0, 0);

        var outside = *(long*)(calls[5] + Trap);
        var inside = *(long*)(calls[3] + Trap);
        Handler = Hook + sizeof(nint);
        var current = *(long*)(thread + Handler);
        Require(outside == 0 && IsStackOffset(inside) && IsStackOffset(current) && current > inside, "handlers are kept elsewhere");
    }

    private static bool IsStackOffset(long offset) => offset is > 0 and < 4096 && offset % 16 == 0;

    private static int OnlyPlaceOf(nint thread, nint value, string what)
    {
        var found = -1;
        for (var at = 0; at + sizeof(nint) <= StateBytes; at += sizeof(nint))
        {
            if (*(nint*)(thread + at) != value) continue;
            Require(found < 0, $"{what} is there twice");
            found = at;
        }
        Require(found >= 0, $"{what} is not there");
        return found;
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition) throw new InvalidOperationException(otherwise);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Look(nint thread)
    {
        try
        {
            if (++s_looks > Settled) LookAt(thread);
        }
        catch (InvalidOperationException unexpected)
        {
            s_failure ??= unexpected.Message;
        }
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(nint thread, nint activation)
    {
    }
}
