namespace Wippy.Shared.Lua.Types;

/// <summary>Why a source cannot be read.</summary>
/// <param name="Chunk">Name of the source.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Message">What is there, and what was expected.</param>
internal sealed record FrontEndError(string Chunk, int Line, int Column, string Message)
{
    /// <summary>As Lua writes positions, with the column behind the line.</summary>
    public override string ToString() => $"{Chunk}:{Line}:{Column}: {Message}";
}

/// <summary>Leaves the parser at the first error; never seen outside <see cref="TypeErasure"/>.</summary>
internal sealed class FrontEndException(int offset, int line, string message) : Exception(message)
{
    /// <summary>Where in the source, in bytes.</summary>
    public int Offset => offset;

    public int Line => line;
}
