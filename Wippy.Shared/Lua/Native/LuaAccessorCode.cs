namespace Wippy.Shared.Lua.Native;

/// <summary>
/// What <see cref="LuaCallbacks.PushAccessor"/> makes, as <see cref="MachineCode"/>: if the argument is a userdata of the kind that the first upvalue of the
/// running closure says, its value at the offset in the second one is the result. Everything else goes on to the managed function.
/// </summary>
internal static class LuaAccessorCode
{
    /// <summary>Makes a <c>lua_CFunction</c> that does the common case itself.</summary>
    /// <param name="otherwise">The one that does all.</param>
    /// <returns>What was given, where there can be no better one.</returns>
    public static nint Before(nint otherwise) => MachineCode.TryPlace(Code(otherwise), out var place) ? place : otherwise;

    // rdi is the lua_State; the number of results is in eax.
    private static byte[] Code(nint otherwise) =>
    [
        0x48, 0x8B, 0x47, LuaValueCheck.RunningCall,              // mov rax, [running call]
        0x48, 0x8B, 0x00,                                         // mov rax, [rax]: where the function is
        0x48, 0x8B, 0x57, LuaValueCheck.Top,                      // mov rdx, [top]
        0x48, 0x8D, 0x48, 2 * LuaValue.Size,                      // lea rcx, [rax + 2 values]
        0x48, 0x39, 0xCA,                                         // cmp rdx, rcx
        0x72, 0x3E,                                               // jb other
        0x80, 0x78, LuaValue.Size + 8, LuaValue.UserdataTag,      // cmp byte [tag of the argument], userdata
        0x75, 0x38,                                               // jne other
        0x48, 0x8B, 0x08,                                         // mov rcx, [rax]: the closure
        0x48, 0x8B, 0x40, LuaValue.Size,                          // mov rax, [argument]
        0x44, 0x0F, 0xB7, 0x40, LuaValue.ValueCount,              // movzx r8d, word [how many values it has]
        0x45, 0x85, 0xC0,                                         // test r8d, r8d
        0x74, 0x27,                                               // je other
        0x41, 0xC1, 0xE0, 4,                                      // shl r8d, 4: bytes of them
        0x44, 0x8B, 0x49, LuaValue.Upvalues,                      // mov r9d, [first upvalue]
        0x46, 0x3B, 0x4C, 0x00, LuaValue.Values,                  // cmp r9d, [kind]
        0x75, 0x18,                                               // jne other
        0x48, 0x03, 0x41, LuaValue.Upvalues + LuaValue.Size,      // add rax, [second upvalue]
        0x0F, 0x10, 0x00,                                         // movups xmm0, [rax]
        0x0F, 0x11, 0x02,                                         // movups [rdx], xmm0
        0x48, 0x83, 0xC2, LuaValue.Size,                          // add rdx, 1 value
        0x48, 0x89, 0x57, LuaValueCheck.Top,                      // mov [top], rdx
        0xB8, 1, 0, 0, 0,                                         // mov eax, 1
        0xC3,                                                     // ret

        // other:
        0x49, 0xB8, .. BitConverter.GetBytes((long)otherwise),    // mov r8, otherwise
        0x41, 0xFF, 0xE0,                                         // jmp r8
    ];
}
