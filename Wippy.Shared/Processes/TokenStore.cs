using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Shared.Stores;

namespace Wippy.Shared.Processes;

/// <summary>
/// Tokens that stand for an actor and a scope (<c>security.token_store</c>). A token is a random value and its HMAC, both base64url; the store
/// knows its hash only, so who reads the store cannot use what he finds. What a scope allows is looked up anew at each validation. Any thread.
/// </summary>
internal sealed partial class TokenStore
{
    // How long it is remembered that a token has expired or was revoked, beyond its time.
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly Node _node;
    private readonly EntryId _store;
    private readonly int _length;
    private readonly byte[] _key;

    private TokenStore(Node node, Entry entry, byte[] key)
    {
        var fields = new EntryFields(entry.Fields);
        Entry = entry;
        _node = node;
        _key = key;
        _store = entry.Resolve(fields.Text("store")!);
        _length = fields.Whole("token_length") ?? 32;
        DefaultExpiration = fields.Duration("default_expiration") ?? TimeSpan.FromHours(24);
    }

    /// <summary>What declares it.</summary>
    public Entry Entry { get; }

    /// <summary>How long a token is valid unless something else is asked for.</summary>
    public TimeSpan DefaultExpiration { get; }

    /// <summary>Opens a store.</summary>
    /// <param name="node">Whose key-value stores and policies it uses.</param>
    /// <param name="entry">Validated.</param>
    /// <param name="error">Invalid: its key is an environment variable that is not there.</param>
    public static TokenStore? Open(Node node, Entry entry, out Error? error)
    {
        error = null;
        var text = new EntryFields(entry.Fields).Text("token_key");
        if (text is not null && Variable().Match(text) is { Success: true } variable)
        {
            text = node.Variables.Get(variable.Groups[1].Value);
            if (string.IsNullOrEmpty(text))
            {
                error = new Error(ErrorKind.Invalid, $"{entry.Id}: token_key is the environment variable {variable.Groups[1].Value}, which has no value");
                return null;
            }
        }
        // Without a key tokens are worth something on this node only, as long as it runs; so is a store in memory.
        return new TokenStore(node, entry, text is null ? RandomNumberGenerator.GetBytes(32) : SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Makes a token.</summary>
    /// <param name="actor">Whom it stands for.</param>
    /// <param name="scope">What he may do: the ids of these policies are kept.</param>
    /// <param name="expiration">How long it is valid; more than zero.</param>
    /// <param name="meta">Kept with it.</param>
    /// <param name="error">Unavailable or LimitExceeded, of the key-value store.</param>
    public string? Create(Actor actor, Scope scope, TimeSpan expiration, IReadOnlyDictionary<string, object?> meta, out Error? error)
    {
        var secret = RandomNumberGenerator.GetBytes(_length);
        var now = _node.Clock.GetUtcNow();
        var expires = expiration < DateTimeOffset.MaxValue - now - Remembered ? now + expiration : DateTimeOffset.MaxValue - Remembered;
        var record = new Dictionary<string, object?>
        {
            ["actor"] = actor.Id,
            ["actor_meta"] = actor.Meta,
            ["policies"] = scope.Policies.Select(policy => (object?)policy.Name).ToList(),
            ["meta"] = meta,
            ["expires"] = expires.ToUnixTimeMilliseconds(),
        };
        error = Write(KeyOf(secret), record, expires - now + Remembered);
        return error is null ? $"{Base64Url.EncodeToString(secret)}.{Base64Url.EncodeToString(HMACSHA256.HashData(_key, secret))}" : null;
    }

    /// <summary>Whom a token stands for.</summary>
    /// <param name="token">As <see cref="Create"/> gave it.</param>
    /// <param name="context">Its actor and scope, with the policies of today.</param>
    /// <returns>Null, or Invalid (not a token of this store, or a policy of its scope is gone), NotFound, Expired, Revoked.</returns>
    public Error? Validate(string token, out SecurityContext context)
    {
        context = default;
        if (Find(token, out _, out var record) is { } error) return error;
        if (record!.ContainsKey("revoked")) return new Error(ErrorKind.Revoked, "token was revoked");
        if (_node.Clock.GetUtcNow().ToUnixTimeMilliseconds() >= (long)record["expires"]!) return new Error(ErrorKind.Expired, "token has expired");
        var policies = new List<Policy>();
        foreach (var name in ((IReadOnlyList<object?>)record["policies"]!).Cast<string>())
        {
            if (!EntryId.TryParse(name, out var id) || !_node.Policies.TryGetPolicy(id, out var policy)) return new Error(ErrorKind.Invalid, $"policy {name} of the token's scope no longer exists");
            policies.Add(policy);
        }
        context = new SecurityContext(new Actor((string)record["actor"]!, (IReadOnlyDictionary<string, object?>)record["actor_meta"]!), Scope.Of(policies));
        return null;
    }

    /// <summary>Withdraws a token. Again changes nothing.</summary>
    /// <returns>Null, or Invalid, NotFound.</returns>
    public Error? Revoke(string token)
    {
        if (Find(token, out var key, out var record) is { } error) return error;
        record!["revoked"] = true;
        var left = DateTimeOffset.FromUnixTimeMilliseconds((long)record["expires"]!) - _node.Clock.GetUtcNow() + Remembered;
        return Write(key, record, left > TimeSpan.Zero ? left : Remembered);
    }

    private Error? Find(string token, out string key, out Dictionary<string, object?>? record)
    {
        record = null;
        if (!TryOpen(token, out key)) return new Error(ErrorKind.Invalid, "not a token of this store");
        if (!_node.Stores.TryGet(_store, out var store)) return NoStore();
        if (store.Get(key) is not { } item) return new Error(ErrorKind.NotFound, "token not found");
        var reader = new MessagePackReader(item.Value);
        record = PayloadValues.Read(ref reader) as Dictionary<string, object?>;
        return record is null ? new Error(ErrorKind.Invalid, "not a token of this store") : null;
    }

    // The proof is looked at before the store is: guesses cost nobody anything.
    private bool TryOpen(string token, out string key)
    {
        key = "";
        var dot = token.IndexOf('.');
        if (dot < 0 || token.Length > 1024 || !Base64Url.IsValid(token.AsSpan(0, dot)) || !Base64Url.IsValid(token.AsSpan(dot + 1))) return false;
        var secret = Base64Url.DecodeFromChars(token.AsSpan(0, dot));
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, secret), Base64Url.DecodeFromChars(token.AsSpan(dot + 1)))) return false;
        key = KeyOf(secret);
        return true;
    }

    private static string KeyOf(byte[] secret) => $"token:{Convert.ToHexStringLower(SHA256.HashData(secret))}";

    private Error? Write(string key, Dictionary<string, object?> record, TimeSpan ttl)
    {
        if (!_node.Stores.TryGet(_store, out var store)) return NoStore();
        using var buffer = new ByteBuffer();
        var writer = new MessagePackWriter(buffer);
        PayloadValues.Write(ref writer, record);
        writer.Flush();
        store.Put(key, buffer.WrittenSpan.ToArray(), ttl, default, out var error);
        return error;
    }

    private Error NoStore() => new(ErrorKind.Unavailable, $"store {_store} of {Entry.Id} is gone");

    [GeneratedRegex(@"^\$\{env:([A-Za-z0-9_.:-]+)\}\z")]
    private static partial Regex Variable();
}
