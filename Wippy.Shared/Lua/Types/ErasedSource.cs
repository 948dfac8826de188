namespace Wippy.Shared.Lua.Types;

/// <summary>A source without types.</summary>
/// <param name="Text">Plain Lua.</param>
/// <param name="Types">Those whose values the program uses.</param>
internal sealed record ErasedSource(byte[] Text, TypeTable Types);
