using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Places instructions of the processor in memory, for functions that Lua calls so often that the way into managed code and back, some 20 ns,
/// is most of what they cost. Each has a managed one behind it that does the same and more, and serves alone on all systems other than Linux on x86-64, and
/// where the system refuses memory with code in it. Calling convention: System V; only registers are used that belong to the called function.
/// </summary>
internal static unsafe partial class MachineCode
{
    private const int ProtRead = 1;
    private const int ProtWrite = 2;
    private const int ProtExecute = 4;
    private const int MapPrivateAnonymous = 0x22;

    /// <summary>Places code, for good; once it is there, nobody can write to it.</summary>
    /// <param name="code">Instructions that do not depend on where they are.</param>
    /// <param name="place">Where it is.</param>
    /// <returns>False when it cannot be.</returns>
    public static bool TryPlace(ReadOnlySpan<byte> code, out nint place)
    {
        place = 0;
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64) return false;
        place = mmap(0, code.Length, ProtRead | ProtWrite, MapPrivateAnonymous, -1, 0);
        if (place == -1) return false;
        code.CopyTo(new Span<byte>((void*)place, code.Length));
        return mprotect(place, code.Length, ProtRead | ProtExecute) == 0;
    }

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int mprotect(nint address, nint length, int protection);
}
