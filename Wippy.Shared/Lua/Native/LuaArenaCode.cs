namespace Wippy.Shared.Lua.Native;

/// <summary>
/// The common cases of <see cref="LuaArena"/>'s allocator as <see cref="MachineCode"/>: a small block from the free list of its class or
/// from the rest of the chunk, a small block that goes back to its list, and nothing asked for. A message costs a dozen of these. Everything
/// else goes on to the managed function.
/// </summary>
internal static class LuaArenaCode
{
    /// <summary>Makes a <c>lua_Alloc</c> that does the common cases itself.</summary>
    /// <param name="otherwise">The one that does all.</param>
    /// <returns>What was given, where there can be no better one.</returns>
    public static nint Before(nint otherwise) => MachineCode.TryPlace(Code(otherwise), out var place) ? place : otherwise;

    // rdi is the arena, rsi the block, rdx its size or type, rcx the size wanted; the answer is in rax.
    private static byte[] Code(nint otherwise) =>
    [
        0x48, 0x85, 0xF6,                                                    // test rsi, rsi
        0x75, 0x70,                                                          // jne given
        0x48, 0x85, 0xC9,                                                    // test rcx, rcx
        0x0F, 0x84, 0x9D, 0, 0, 0,                                           // je nothing
        0x48, 0x8D, 0x41, 0xFF,                                              // lea rax, [rcx - 1]
        0x48, 0x3D, LuaArena.SmallMax - 1, 0, 0, 0,                          // cmp rax, SmallMax - 1
        0x0F, 0x87, 0x90, 0, 0, 0,                                           // ja other
        0x83, 0x7F, LuaArena.ArmingOffset, 0,                                // cmp dword [arming], 0
        0x0F, 0x85, 0x86, 0, 0, 0,                                           // jne other
        0x4C, 0x8B, 0x4F, LuaArena.UsedOffset,                               // mov r9, [used]
        0x49, 0x01, 0xC9,                                                    // add r9, rcx
        0x4C, 0x8B, 0x57, LuaArena.ElsewhereOffset,                          // mov r10, [elsewhere]
        0x4D, 0x01, 0xCA,                                                    // add r10, r9
        0x4C, 0x3B, 0x57, LuaArena.LimitOffset,                              // cmp r10, [limit]
        0x7F, 0x72,                                                          // jg other
        0x48, 0xC1, 0xE8, 3,                                                 // shr rax, 3: the class
        0x4C, 0x8B, 0x44, 0xC7, LuaArena.FreeListsOffset,                    // mov r8, [list]
        0x4D, 0x85, 0xC0,                                                    // test r8, r8
        0x74, 0x10,                                                          // je fresh
        0x4D, 0x8B, 0x10,                                                    // mov r10, [r8]
        0x4C, 0x89, 0x54, 0xC7, LuaArena.FreeListsOffset,                    // mov [list], r10
        0x4C, 0x89, 0x4F, LuaArena.UsedOffset,                               // mov [used], r9
        0x4C, 0x89, 0xC0,                                                    // mov rax, r8
        0xC3,                                                                // ret

        // fresh:
        0x4C, 0x8B, 0x47, LuaArena.FreeOffset,                               // mov r8, [free]
        0x4D, 0x8D, 0x54, 0xC0, LuaArena.SmallStep,                          // lea r10, [r8 + 8 * rax + SmallStep]
        0x4C, 0x3B, 0x57, LuaArena.EndOffset,                                // cmp r10, [end]
        0x77, 0x45,                                                          // ja other
        0x4C, 0x89, 0x57, LuaArena.FreeOffset,                               // mov [free], r10
        0x4C, 0x89, 0x4F, LuaArena.UsedOffset,                               // mov [used], r9
        0x4C, 0x89, 0xC0,                                                    // mov rax, r8
        0xC3,                                                                // ret

        // given:
        0x48, 0x85, 0xC9,                                                    // test rcx, rcx
        0x75, 0x34,                                                          // jne other
        0x48, 0x8D, 0x42, 0xFF,                                              // lea rax, [rdx - 1]
        0x48, 0x3D, LuaArena.SmallMax - 1, 0, 0, 0,                          // cmp rax, SmallMax - 1
        0x77, 0x28,                                                          // ja other
        0x49, 0x89, 0xF0,                                                    // mov r8, rsi
        0x4C, 0x2B, 0x47, LuaArena.SharedOffset,                             // sub r8, [shared]
        0x44, 0x8B, 0x4F, LuaArena.SharedBytesOffset,                        // mov r9d, [shared bytes]
        0x4D, 0x39, 0xC8,                                                    // cmp r8, r9
        0x72, 0x18,                                                          // jb other
        0x48, 0xC1, 0xE8, 3,                                                 // shr rax, 3: the class
        0x48, 0x29, 0x57, LuaArena.UsedOffset,                               // sub [used], rdx
        0x4C, 0x8B, 0x4C, 0xC7, LuaArena.FreeListsOffset,                    // mov r9, [list]
        0x4C, 0x89, 0x0E,                                                    // mov [rsi], r9
        0x48, 0x89, 0x74, 0xC7, LuaArena.FreeListsOffset,                    // mov [list], rsi

        // nothing:
        0x31, 0xC0,                                                          // xor eax, eax
        0xC3,                                                                // ret

        // other:
        0x49, 0xB8, .. BitConverter.GetBytes((long)otherwise),               // mov r8, otherwise
        0x41, 0xFF, 0xE0,                                                    // jmp r8
    ];
}
