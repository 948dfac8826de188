using System.Security.Cryptography;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>hash</c> module: digests, keyed digests, and FNV-1a.</summary>
internal static class HashModule
{
    private delegate int Digest(ReadOnlySpan<byte> data, Span<byte> digest);

    private delegate int KeyedDigest(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> digest);

#pragma warning disable CA5350, CA5351 // weak algorithms are offered for what exists already
    public static LuaLibrary Library { get; } = new LuaLibrary("hash")
        .Fallible("md5(data: string, raw?: boolean): string!", (_, stack) => Unkeyed(stack, MD5.HashData))
        .Fallible("sha1(data: string, raw?: boolean): string!", (_, stack) => Unkeyed(stack, SHA1.HashData))
        .Fallible("sha256(data: string, raw?: boolean): string!", (_, stack) => Unkeyed(stack, SHA256.HashData))
        .Fallible("sha512(data: string, raw?: boolean): string!", (_, stack) => Unkeyed(stack, SHA512.HashData))
        .Fallible("hmac_md5(data: string, secret: string, raw?: boolean): string!", (_, stack) => Keyed(stack, HMACMD5.HashData))
        .Fallible("hmac_sha1(data: string, secret: string, raw?: boolean): string!", (_, stack) => Keyed(stack, HMACSHA1.HashData))
        .Fallible("hmac_sha256(data: string, secret: string, raw?: boolean): string!", (_, stack) => Keyed(stack, HMACSHA256.HashData))
        .Fallible("hmac_sha512(data: string, secret: string, raw?: boolean): string!", (_, stack) => Keyed(stack, HMACSHA512.HashData))
        .Fallible("fnv32(data: string): integer!", Fnv32)
        .Fallible("fnv64(data: string): integer!", Fnv64);
#pragma warning restore CA5350, CA5351

    private static int Unkeyed(LuaStack stack, Digest digest)
    {
        if (!TryData(stack, 1, "data", out var data, out var problem)) return LuaResults.Failure(stack, problem!);
        Span<byte> result = stackalloc byte[SHA512.HashSizeInBytes];
        return Return(stack, result[..digest(data, result)], raw: 2);
    }

    private static int Keyed(LuaStack stack, KeyedDigest digest)
    {
        if (!TryData(stack, 1, "data", out var data, out var problem)) return LuaResults.Failure(stack, problem!);
        if (!TryData(stack, 2, "secret", out var secret, out problem)) return LuaResults.Failure(stack, problem!);
        Span<byte> result = stackalloc byte[SHA512.HashSizeInBytes];
        return Return(stack, result[..digest(secret, data, result)], raw: 3);
    }

    private static int Return(LuaStack stack, ReadOnlySpan<byte> digest, int raw) =>
        stack.ToBoolean(raw) ? LuaResults.Text(stack, digest) : LuaResults.Text(stack, Convert.ToHexStringLower(digest));

    private static int Fnv32(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryData(stack, 1, "data", out var data, out var problem)) return LuaResults.Failure(stack, problem!);
        var hash = 2166136261u;
        foreach (var value in data) hash = unchecked((hash ^ value) * 16777619u);
        return Return(stack, hash);
    }

    private static int Fnv64(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryData(stack, 1, "data", out var data, out var problem)) return LuaResults.Failure(stack, problem!);
        var hash = 14695981039346656037ul;
        foreach (var value in data) hash = unchecked((hash ^ value) * 1099511628211ul);
        return Return(stack, unchecked((long)hash));
    }

    private static int Return(LuaStack stack, long number)
    {
        stack.PushNil();
        stack.Push(number);
        return 2;
    }

    // Other types are errors here, not raised (reference: modules, hash).
    private static bool TryData(LuaStack stack, int index, string name, out ReadOnlySpan<byte> data, out Error? problem)
    {
        data = stack.ToBytes(index);
        problem = stack.TypeOf(index) == LuaType.String
            ? LuaBytes.TooLarge(data)
            : new Error(ErrorKind.Invalid, $"{name} must be a string, got {LuaArguments.TypeName(stack, index)}");
        return problem is null;
    }
}
