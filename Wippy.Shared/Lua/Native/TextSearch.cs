using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>Finds bytes in bytes, by the C library: in linear time, which <c>IndexOf</c> of a span does not promise. Any thread.</summary>
internal static unsafe partial class TextSearch
{
    /// <summary>Where the first one is.</summary>
    /// <param name="there">Where to look.</param>
    /// <param name="sought">What for; not empty.</param>
    /// <returns>From 0; -1 when it is not there.</returns>
    public static int IndexOf(ReadOnlySpan<byte> there, ReadOnlySpan<byte> sought)
    {
        fixed (byte* first = there, soughtFirst = sought)
        {
            var found = memmem(first, (nuint)there.Length, soughtFirst, (nuint)sought.Length);
            return found == null ? -1 : (int)(found - first);
        }
    }

    [LibraryImport("libc")]
    private static partial byte* memmem(byte* there, nuint length, byte* sought, nuint soughtLength);
}
