namespace Wippy.Shared.Lua.Native;

/// <summary>
/// What <see cref="LuaCallbacks.TryPushReceive"/> makes, as <see cref="MachineCode"/>, which may yield out of a function that Lua calls, as C may: while nothing is
/// there to be received, and the program can wait, it yields its arguments without a look at managed code. Otherwise the managed function tries to receive.
/// </summary>
internal static class LuaReceiveCode
{
    /// <summary>What the managed function returns if nothing is there; it has left the stack as it was then.</summary>
    public const int Nothing = -1;

    /// <summary>Makes a <c>lua_CFunction</c>.</summary>
    /// <param name="poll">The managed function.</param>
    /// <returns>0 where there is none.</returns>
    public static nint Before(nint poll) => MachineCode.TryPlace(Code(poll, LuaApi.Export("lua_yieldk")), out var place) ? place : 0;

    // rdi is the lua_State; the number of results is in eax.
    private static byte[] Code(nint poll, nint yield) =>
    [
        0x48, 0x8B, 0x47, LuaValueCheck.Global,                             // mov rax, [global state]
        0x48, 0x8B, 0x40, LuaValueCheck.AllocatorData,                      // mov rax, [what the allocator is given: the arena]
        0x83, 0x78, LuaArena.MayReceiveOffset, 0,                           // cmp dword [may receive], 0
        0x75, 0x2C,                                                         // jne look
        0x66, 0x83, 0xBF, LuaValueCheck.NotYieldable, 0, 0, 0, 0,           // cmp word [calls that cannot yield], 0
        0x75, 0x22,                                                         // jne look

        // wait:
        0x48, 0x8B, 0x47, LuaValueCheck.RunningCall,                        // mov rax, [running call]
        0x48, 0x8B, 0x77, LuaValueCheck.Top,                                // mov rsi, [top]
        0x48, 0x2B, 0x30,                                                   // sub rsi, [rax]: where the function is
        0x48, 0xC1, 0xEE, 4,                                                // shr rsi, 4: values
        0xFF, 0xCE,                                                         // dec esi: without the function
        0x31, 0xD2,                                                         // xor edx, edx
        0x31, 0xC9,                                                         // xor ecx, ecx
        0x49, 0xB8, .. BitConverter.GetBytes((long)yield),                  // mov r8, lua_yieldk
        0x41, 0xFF, 0xE0,                                                   // jmp r8

        // look:
        0x57,                                                               // push rdi
        0x48, 0xB8, .. BitConverter.GetBytes((long)poll),                   // mov rax, poll
        0xFF, 0xD0,                                                         // call rax
        0x5F,                                                               // pop rdi
        0x85, 0xC0,                                                         // test eax, eax
        0x78, 0xCC,                                                         // js wait
        0xC3,                                                               // ret
    ];
}
