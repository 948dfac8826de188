using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Json;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Lua.Modules;

/// <summary>
/// <c>crypto.jwt</c>: signed tokens (RFC 7515, 7519), HS256, HS384, HS512 and RS256. What the token itself says about its
/// algorithm decides nothing: it must be the one that the caller expects.
/// </summary>
internal static class JwtModule
{
    private const string DefaultAlgorithm = "HS256";
    private const int MaxRsaBits = 8192;
    private const int MaxKeyLength = 64 * 1024;

    public static LuaLibrary Library { get; } = new LuaLibrary("crypto.jwt")
        .Fallible("encode(claims: table, key: string, algorithm?: string): string!", Encode)
        .Fallible("verify(token: string, key: string, algorithm?: string, require_exp?: boolean): table!", Verify);

    // encode(claims, key [, algorithm])
    private static int Encode(LuaBehavior behavior, LuaStack stack)
    {
        if (stack.TypeOf(1) != LuaType.Table) return LuaResults.BadArgument(stack, 1, "encode", "table");
        if (!TryKey(stack, 2, 3, out var key, out var algorithm, out var problem)) return LuaResults.Failure(stack, problem!);
        using var claims = new ByteBuffer();
        problem = LuaJson.Encode(stack, 1, claims);
        if (problem is not null) return LuaResults.Failure(stack, problem);
        var content = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","typ":"JWT"}"""))}.{Base64Url.EncodeToString(claims.WrittenSpan)}";
        try
        {
            return LuaResults.Text(stack, $"{content}.{Base64Url.EncodeToString(Sign(algorithm, key, Encoding.ASCII.GetBytes(content)))}");
        }
        catch (Exception bad) when (bad is CryptographicException or ArgumentException)
        {
            return LuaResults.Failure(stack, ErrorKind.Invalid, $"not a private RSA key in PEM of at most {MaxRsaBits} bits");
        }
    }

    // verify(token, key [, algorithm [, require_exp]])
    private static int Verify(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? token)) return LuaResults.BadArgument(stack, 1, "verify", "string");
        if (!TryKey(stack, 2, 3, out var key, out var algorithm, out var problem)) return LuaResults.Failure(stack, problem!);
        if (token.Length > LuaJson.MaxBytes) return LuaResults.Failure(stack, LuaJson.TooLong(token.Length));
        var parts = token.Split('.', 4);
        if (parts.Length != 3 || Decoded(parts[0]) is not { } header || Decoded(parts[1]) is not { } claims || Decoded(parts[2]) is not { } signature)
        {
            return LuaResults.Failure(stack, ErrorKind.Invalid, "not a token (three parts in base64url, with points between them)");
        }
        if (AlgorithmOf(header) is var named && named != algorithm) return LuaResults.Failure(stack, ErrorKind.Invalid, $"the token names the algorithm '{named}', expected {algorithm}");
        bool isSigned;
        try
        {
            isSigned = IsSigned(algorithm, key, Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]), signature);
        }
        catch (Exception bad) when (bad is CryptographicException or ArgumentException)
        {
            return LuaResults.Failure(stack, ErrorKind.Invalid, $"not an RSA key in PEM of at most {MaxRsaBits} bits");
        }
        if (!isSigned) return LuaResults.Failure(stack, ErrorKind.Internal, "the signature of the token does not match");
        problem = LuaJson.Decode(behavior, stack, claims);
        if (problem is null && stack.TypeOf(-1) != LuaType.Table) problem = new Error(ErrorKind.Invalid, "the claims of the token are not an object");
        problem ??= CheckTimes(stack, behavior.Process.Node.Clock.GetUtcNow(), requireEnd: stack.TypeOf(4) != LuaType.Boolean || stack.ToBoolean(4));
        return problem is null ? LuaResults.Top(stack) : LuaResults.Failure(stack, problem);
    }

    // RFC 7519 §4.1.4 and §4.1.5, without leeway; the claims are at the top.
    private static Error? CheckTimes(LuaStack stack, DateTimeOffset time, bool requireEnd)
    {
        var now = time.ToUnixTimeMilliseconds() / 1000.0;
        var end = stack.RawGetField(-1, "exp"u8) == LuaType.Number ? stack.ToNumber(-1) : (double?)null;
        var hasOddEnd = end is null && !stack.IsNoneOrNil(-1);
        stack.Pop(1);
        var start = stack.RawGetField(-1, "nbf"u8) == LuaType.Number ? stack.ToNumber(-1) : (double?)null;
        stack.Pop(1);
        if (hasOddEnd) return new Error(ErrorKind.Invalid, "the claim exp of the token is not a number");
        if (end is null && requireEnd) return new Error(ErrorKind.Internal, "the token has no claim exp, which is required");
        if (end <= now) return new Error(ErrorKind.Internal, "the token has expired");
        return start > now ? new Error(ErrorKind.Internal, "the token is not valid yet") : null;
    }

    private static bool TryKey(LuaStack stack, int keyIndex, int algorithmIndex, out byte[] key, out string algorithm, out Error? problem)
    {
        key = stack.ToBytes(keyIndex).ToArray();
        algorithm = stack.IsNoneOrNil(algorithmIndex) ? DefaultAlgorithm : stack.ToText(algorithmIndex);
        problem = null;
        if (key.Length is 0 or > MaxKeyLength) problem = new Error(ErrorKind.Invalid, $"the key must be a string of 1 to {MaxKeyLength} bytes");
        else if (algorithm is not ("HS256" or "HS384" or "HS512" or "RS256")) problem = new Error(ErrorKind.Invalid, $"unknown algorithm '{algorithm}' (HS256, HS384, HS512 or RS256)");
        return problem is null;
    }

    private static byte[] Sign(string algorithm, byte[] key, byte[] content)
    {
        if (algorithm != "RS256") return Hmac(algorithm, key, content);
        using var rsa = ReadRsa(key);
        return rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static bool IsSigned(string algorithm, byte[] key, byte[] content, byte[] signature)
    {
        if (algorithm != "RS256") return CryptographicOperations.FixedTimeEquals(Hmac(algorithm, key, content), signature);
        using var rsa = ReadRsa(key);
        return rsa.VerifyData(content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static byte[] Hmac(string algorithm, byte[] key, byte[] content) => algorithm switch
    {
        "HS256" => HMACSHA256.HashData(key, content),
        "HS384" => HMACSHA384.HashData(key, content),
        _ => HMACSHA512.HashData(key, content),
    };

    private static RSA ReadRsa(byte[] pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(Encoding.UTF8.GetString(pem));
            return rsa.KeySize <= MaxRsaBits ? rsa : throw new CryptographicException();
        }
        catch
        {
            rsa.Dispose();
            throw;
        }
    }

    private static byte[]? Decoded(string part)
    {
        try
        {
            return Base64Url.DecodeFromChars(part);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? AlgorithmOf(byte[] header)
    {
        try
        {
            using var document = JsonDocument.Parse(header);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("alg", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
