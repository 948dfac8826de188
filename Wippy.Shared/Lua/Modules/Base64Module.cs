using System.Buffers;
using System.Buffers.Text;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>base64</c> module: the standard alphabet with padding (RFC 4648 §4).</summary>
internal static class Base64Module
{
    public static LuaLibrary Library { get; } = new LuaLibrary("base64")
        .Fallible("encode(data: string): string!", Encode)
        .Fallible("decode(text: string): string!", Decode);

    private static int Encode(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out ReadOnlySpan<byte> data)) return LuaResults.BadArgument(stack, 1, "encode", "string");
        if (LuaBytes.TooLarge(data) is { } problem) return LuaResults.Failure(stack, problem);
        using var buffer = new ByteBuffer();
        Base64.EncodeToUtf8(data, buffer.GetSpan(Base64.GetMaxEncodedToUtf8Length(data.Length)), out _, out var written);
        buffer.Advance(written);
        return LuaResults.Text(stack, buffer.WrittenSpan);
    }

    private static int Decode(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out ReadOnlySpan<byte> text)) return LuaResults.BadArgument(stack, 1, "decode", "string");
        if (LuaBytes.TooLarge(text) is { } problem) return LuaResults.Failure(stack, problem);
        using var buffer = new ByteBuffer();
        var status = Base64.DecodeFromUtf8(text, buffer.GetSpan(Base64.GetMaxDecodedFromUtf8Length(text.Length)), out var read, out var written);
        if (status != OperationStatus.Done) return LuaResults.Failure(stack, ErrorKind.Invalid, $"not base64 near byte {read + 1}");
        buffer.Advance(written);
        return LuaResults.Text(stack, buffer.WrittenSpan);
    }
}
