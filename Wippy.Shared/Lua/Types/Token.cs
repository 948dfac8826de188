namespace Wippy.Shared.Lua.Types;

/// <summary>A token, as a place in the source.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Offset of its first byte.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Line">Of its first byte, from 1.</param>
internal readonly record struct Token(TokenKind Kind, int Start, int Length, int Line)
{
    /// <summary>Offset behind its last byte.</summary>
    public int End => Start + Length;
}
