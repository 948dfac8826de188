using Wippy.Shared.Errors;

namespace Wippy.Shared.Lua;

/// <summary>The bound on data that one call works through: a call into C# cannot be interrupted.</summary>
internal static class LuaBytes
{
    /// <summary>Bytes of one argument of <c>base64</c>, <c>hash</c> and <c>crypto</c>; hashing them takes about 0.1 s.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    /// <summary>The complaint about data over <see cref="MaxLength"/>, else null.</summary>
    public static Error? TooLarge(ReadOnlySpan<byte> data) =>
        data.Length > MaxLength ? new Error(ErrorKind.LimitExceeded, $"{data.Length} bytes of data (the limit is {MaxLength})") : null;
}
