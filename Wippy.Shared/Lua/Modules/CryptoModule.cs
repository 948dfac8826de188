using System.Security.Cryptography;
using System.Text;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>crypto</c> module on the platform's implementations (docs/modules/crypto.md); tokens are in <see cref="JwtModule"/>.</summary>
internal static class CryptoModule
{
    private const int MaxRandom = 1_048_576;
    private const int MaxIterations = 1_000_000;   // of one block, or spread over several; about 0.5 s, which nothing interrupts
    private const int MaxDerived = 1_048_576;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    // A cipher that proves integrity: nonce, input, output and tag, additional data.
    private delegate void Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> sealedText, Span<byte> tag, ReadOnlySpan<byte> extra);

    private delegate void Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> tag, Span<byte> plain, ReadOnlySpan<byte> extra);

    public static LuaLibrary Library { get; } = new LuaLibrary("crypto")
        .Nested("random", new LuaLibrary("crypto.random")
            .Fallible("bytes(n: integer): string!", RandomBytes)
            .Fallible("string(n: integer, charset?: string): string!", RandomText)
            .Fallible("uuid(): string!", static (_, stack) => LuaResults.Text(stack, Uuid())))
        .Nested("hmac", new LuaLibrary("crypto.hmac")
            .Fallible("sha256(key: string, data: string): string!", (_, stack) => Hmac(stack, HMACSHA256.HashData))
            .Fallible("sha512(key: string, data: string): string!", (_, stack) => Hmac(stack, HMACSHA512.HashData)))
        .Nested("encrypt", new LuaLibrary("crypto.encrypt")
            .Fallible("aes(data: string, key: string, extra?: string): string!", (_, stack) => Encrypt(stack, IsAesKey, "16, 24 or 32", SealAes))
            .Fallible("chacha20(data: string, key: string, extra?: string): string!", (_, stack) => Encrypt(stack, IsChaChaKey, "32", SealChaCha)))
        .Nested("decrypt", new LuaLibrary("crypto.decrypt")
            .Fallible("aes(data: string, key: string, extra?: string): string!", (_, stack) => Decrypt(stack, IsAesKey, "16, 24 or 32", OpenAes))
            .Fallible("chacha20(data: string, key: string, extra?: string): string!", (_, stack) => Decrypt(stack, IsChaChaKey, "32", OpenChaCha)))
        .Nested("jwt", JwtModule.Library)
        .Fallible("pbkdf2(password: string, salt: string, iterations: integer, length: integer, hash?: \"sha256\"|\"sha512\"): string!", Derive)
        .Fallible("constant_time_compare(a: string, b: string): boolean!", Compare);

    private static int RandomBytes(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryCount(stack, 1, MaxRandom, out var count)) return BadCount(stack, 1, "number of bytes", MaxRandom);
        using var buffer = new ByteBuffer(count);
        RandomNumberGenerator.Fill(buffer.GetSpan(count)[..count]);
        buffer.Advance(count);
        return LuaResults.Text(stack, buffer.WrittenSpan);
    }

    private static int RandomText(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryCount(stack, 1, MaxRandom, out var count)) return BadCount(stack, 1, "length", MaxRandom);
        var charset = Alphanumeric;
        if (!stack.IsNoneOrNil(2) && !LuaArguments.TryText(stack, 2, out charset!)) return LuaResults.BadArgument(stack, 2, "string", "string");
        if (charset.Length is 0 or > 256 || !Ascii.IsValid(charset)) return LuaResults.Failure(stack, ErrorKind.Invalid, "a charset is 1 to 256 ASCII characters");
        return LuaResults.Text(stack, RandomNumberGenerator.GetString(charset, count));
    }

    // Version 4 (RFC 9562 §5.4) from the generator for secrets.
    private static string Uuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    private static int Hmac(LuaStack stack, Func<byte[], byte[], byte[]> digest)
    {
        if (!TryData(stack, 1, "key", out var key, out var problem) || !TryData(stack, 2, "data", out var data, out problem)) return LuaResults.Failure(stack, problem!);
        return LuaResults.Text(stack, Convert.ToHexStringLower(digest(key.ToArray(), data.ToArray())));
    }

    private static int Encrypt(LuaStack stack, Func<int, bool> isKeySize, string keySizes, Seal seal)
    {
        if (!TryCipher(stack, isKeySize, keySizes, out var plain, out var key, out var extra, out var problem)) return LuaResults.Failure(stack, problem!);
        var length = NonceBytes + plain.Length + TagBytes;
        using var buffer = new ByteBuffer(length);
        var output = buffer.GetSpan(length)[..length];
        var nonce = output[..NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        seal(key, nonce, plain, output.Slice(NonceBytes, plain.Length), output[^TagBytes..], extra);
        buffer.Advance(length);
        return LuaResults.Text(stack, buffer.WrittenSpan);
    }

    private static int Decrypt(LuaStack stack, Func<int, bool> isKeySize, string keySizes, Open open)
    {
        if (!TryCipher(stack, isKeySize, keySizes, out var data, out var key, out var extra, out var problem)) return LuaResults.Failure(stack, problem!);
        if (data.Length < NonceBytes + TagBytes) return LuaResults.Failure(stack, ErrorKind.Invalid, $"encrypted data has at least {NonceBytes + TagBytes} bytes, got {data.Length}");
        var length = data.Length - NonceBytes - TagBytes;
        using var buffer = new ByteBuffer(Math.Max(length, 1));
        try
        {
            open(key, data[..NonceBytes], data.Slice(NonceBytes, length), data[^TagBytes..], buffer.GetSpan(length)[..length], extra);
        }
        catch (CryptographicException)
        {
            return LuaResults.Failure(stack, ErrorKind.Internal, "decryption failed: another key, other additional data, or the data was changed");
        }
        buffer.Advance(length);
        return LuaResults.Text(stack, buffer.WrittenSpan);
    }

    private static bool IsAesKey(int bytes) => bytes is 16 or 24 or 32;

    private static bool IsChaChaKey(int bytes) => bytes == 32;

    private static void SealAes(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> sealedText, Span<byte> tag, ReadOnlySpan<byte> extra)
    {
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, plain, sealedText, tag, extra);
    }

    private static void OpenAes(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> tag, Span<byte> plain, ReadOnlySpan<byte> extra)
    {
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(nonce, sealedText, tag, plain, extra);
    }

    private static void SealChaCha(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> sealedText, Span<byte> tag, ReadOnlySpan<byte> extra)
    {
        using var cipher = new ChaCha20Poly1305(key);
        cipher.Encrypt(nonce, plain, sealedText, tag, extra);
    }

    private static void OpenChaCha(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> tag, Span<byte> plain, ReadOnlySpan<byte> extra)
    {
        using var cipher = new ChaCha20Poly1305(key);
        cipher.Decrypt(nonce, sealedText, tag, plain, extra);
    }

    // pbkdf2(password, salt, iterations, length [, hash])
    private static int Derive(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryData(stack, 1, "password", out var password, out var problem) || !TryData(stack, 2, "salt", out var salt, out problem)) return LuaResults.Failure(stack, problem!);
        var name = "sha256";
        if (!stack.IsNoneOrNil(5)) name = stack.ToText(5);
        var hash = name switch
        {
            "sha256" => HashAlgorithmName.SHA256,
            "sha512" => HashAlgorithmName.SHA512,
            _ => default,
        };
        if (hash == default) return LuaResults.Failure(stack, ErrorKind.Invalid, $"unknown hash '{name}' (sha256 or sha512)");
        if (!TryCount(stack, 3, MaxIterations, out var iterations)) return BadCount(stack, 3, "number of iterations", MaxIterations);
        if (!TryCount(stack, 4, MaxDerived, out var length)) return BadCount(stack, 4, "length", MaxDerived);
        var digestBytes = hash == HashAlgorithmName.SHA256 ? SHA256.HashSizeInBytes : SHA512.HashSizeInBytes;
        var blocks = (length + digestBytes - 1) / digestBytes;
        if ((long)blocks * iterations > MaxIterations)
        {
            return LuaResults.Failure(stack, ErrorKind.LimitExceeded, $"{iterations} iterations for each of {blocks} blocks of {digestBytes} bytes (the limit is {MaxIterations} together)");
        }
        return LuaResults.Text(stack, Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, hash, length));
    }

    private static int Compare(LuaBehavior behavior, LuaStack stack)
    {
        for (var i = 1; i <= 2; i++)
        {
            if (stack.TypeOf(i) != LuaType.String) return LuaResults.BadArgument(stack, i, "constant_time_compare", "string");
        }
        return LuaResults.Answer(stack, CryptographicOperations.FixedTimeEquals(stack.ToBytes(1), stack.ToBytes(2)));
    }

    private static bool TryCipher(
        LuaStack stack, Func<int, bool> isKeySize, string keySizes, out ReadOnlySpan<byte> data, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> extra, out Error? problem)
    {
        key = extra = default;
        if (!TryData(stack, 1, "data", out data, out problem) || !TryData(stack, 2, "key", out key, out problem)) return false;
        if (!stack.IsNoneOrNil(3) && !TryData(stack, 3, "additional data", out extra, out problem)) return false;
        if (!isKeySize(key.Length)) problem = new Error(ErrorKind.Invalid, $"a key has {keySizes} bytes, got {key.Length}");
        return problem is null;
    }

    private static bool TryData(LuaStack stack, int index, string name, out ReadOnlySpan<byte> data, out Error? problem)
    {
        data = stack.ToBytes(index);
        problem = stack.TypeOf(index) == LuaType.String
            ? LuaBytes.TooLarge(data)
            : new Error(ErrorKind.Invalid, $"{name} must be a string, got {LuaArguments.TypeName(stack, index)}");
        return problem is null;
    }

    private static bool TryCount(LuaStack stack, int index, int maximum, out int count)
    {
        var number = stack.TypeOf(index) == LuaType.Number ? stack.ToNumber(index) : 0;
        var isCount = number >= 1 && number <= maximum && double.IsInteger(number);
        count = isCount ? (int)number : 0;
        return isCount;
    }

    private static int BadCount(LuaStack stack, int index, string name, int maximum)
    {
        var got = stack.TypeOf(index) == LuaType.Number ? Encoding.UTF8.GetString(stack.PushPlainText(index)) : LuaArguments.TypeName(stack, index);
        return LuaResults.Failure(stack, ErrorKind.Invalid, $"the {name} must be a whole number from 1 to {maximum}, got {got}");
    }
}
