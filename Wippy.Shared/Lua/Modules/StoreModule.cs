using System.Diagnostics.CodeAnalysis;
using System.Text;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Stores;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>store</c> module: key-value stores (reference: modules, store). Values are copied in and out.</summary>
internal static class StoreModule
{
    /// <summary>Bytes of a key.</summary>
    public const int MaxKeyBytes = 1024;

    /// <summary>Items that one <c>list</c> gives.</summary>
    public const int MaxListed = 1000;

    private const int DefaultListed = 100;
    private const double MaxTtl = 1e10;   // three hundred years, in seconds

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private static readonly LuaLibrary Methods = new LuaLibrary("store.Store")
        .Checked("get(key: string): any!", Get)
        .Checked("set(key: string, value, ttl?: number): boolean!", Set)
        .Checked("has(key: string): boolean!", Has)
        .Checked("delete(key: string): boolean!", Delete)
        .Checked("entry(key: string): {key: string, value: any, version: any}!", Entry)
        .Checked("put(key: string, value, options?: {ttl: number?, only_if_absent: boolean?, if_version: any}): {key: string, value: any, version: any}!", Put)
        .Checked("list(options?: {prefix: string?, after: string?, limit: integer?}): {items: table[], cursor: string?, has_more: boolean}!", List)
        .Checked("info(): table!", Info)
        .Checked("release(): boolean", Release);

    static StoreModule() => LuaTypes.Declare(LuaUserdataKind.Store, "store.Store", Methods, LuaObjects.Metamethods("store.Store"));

    public static LuaLibrary Library { get; } = new LuaLibrary("store")
        .Checked("get(id: string): store.Store!", Open)
        .Nested("backend", new LuaLibrary("store.backend")
            .Constant("MEMORY", "memory").Constant("SQL", "sql").Constant("KV_RAFT", "kv.raft").Constant("KV_CRDT", "kv.crdt").Constant("UNKNOWN", "unknown"))
        .Nested("consistency", new LuaLibrary("store.consistency")
            .Constant("LINEARIZABLE", "linearizable").Constant("EVENTUAL", "eventual").Constant("LOCAL", "local").Constant("UNKNOWN", "unknown"));

    private static int Open(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? id)) return LuaArguments.BadType(stack, 1, "get", "string");
        if (id.Length == 0) return LuaArguments.Failure(stack, new Error(ErrorKind.Invalid, "store ID is required"));
        if (!behavior.Process.Permits("store.get", id)) return LuaArguments.Failure(stack, NotAllowed("get store", id));
        if (!EntryId.TryParse(id, out var entry) || !behavior.Process.Node.Stores.TryGet(entry, out var store))
        {
            return LuaArguments.Failure(stack, new Error(ErrorKind.NotFound, $"store not found: {id}"));
        }
        stack.PushNil();
        behavior.Objects.Push(stack, LuaUserdataKind.Store, new Handle(store));
        return 2;
    }

    private static int Get(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryBegin(behavior, stack, "get", out var store, out var key, out var results)) return results;
        if (store.Get(key) is not { } item) return LuaArguments.Failure(stack, NoKey(key));
        stack.PushNil();
        LuaCodec.DecodeOne(stack, item.Value);
        return 2;
    }

    private static int Entry(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryBegin(behavior, stack, "get", out var store, out var key, out var results)) return results;
        return store.Get(key) is { } item ? Answer(stack, item) : LuaArguments.Failure(stack, NoKey(key));
    }

    private static int Has(LuaBehavior behavior, LuaStack stack) =>
        TryBegin(behavior, stack, "has", out var store, out var key, out var results) ? Answer(stack, store.Get(key) is not null) : results;

    private static int Delete(LuaBehavior behavior, LuaStack stack) =>
        TryBegin(behavior, stack, "delete", out var store, out var key, out var results) ? Answer(stack, store.Delete(key)) : results;

    private static int Set(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryBegin(behavior, stack, "set", out var store, out var key, out var results)) return results;
        byte[]? value = null;
        var error = TryTtl(stack, 4, out var ttl);
        error ??= TryValue(stack, 3, out value);
        if (error is null) store.Put(key, value!, ttl, default, out error);
        return error is null ? LuaArguments.Success(stack) : LuaArguments.Failure(stack, error);
    }

    private static int Put(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryBegin(behavior, stack, "set", out var store, out var key, out var results)) return results;
        if (!stack.IsNoneOrNil(4) && stack.TypeOf(4) != LuaType.Table) return LuaArguments.Fault(stack, LuaArguments.Bad(3, "put", "table", LuaArguments.TypeName(stack, 4)));
        byte[]? value = null;
        var error = TryOptions(stack, 4, out var ttl, out var condition);
        error ??= TryValue(stack, 3, out value);
        if (error is not null) return LuaArguments.Failure(stack, error);
        return store.Put(key, value!, ttl, condition, out error) is { } item ? Answer(stack, item) : LuaArguments.Failure(stack, error!);
    }

    private static int List(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryStore(behavior, stack, "list", out var store, out var results)) return results;
        if (!stack.IsNoneOrNil(2) && stack.TypeOf(2) != LuaType.Table) return LuaArguments.Fault(stack, LuaArguments.Bad(1, "list", "table", LuaArguments.TypeName(stack, 2)));
        var (after, limit) = ("", DefaultListed);
        var error = TryTextOption(stack, 2, "prefix", out var prefix);
        error ??= TryTextOption(stack, 2, "after", out after);
        error ??= TryLimit(stack, 2, out limit);
        if (error is not null) return LuaArguments.Failure(stack, error);
        if (!Permits(behavior, "store.key.list", store, "prefix", prefix)) return LuaArguments.Failure(stack, NotAllowed("list keys of store", store.Id.ToString()));
        var page = store.List(prefix, after, limit);
        stack.PushNil();
        stack.NewTable(0, 3);
        stack.NewTable(page.Items.Count);
        for (var i = 0; i < page.Items.Count; i++)
        {
            Push(stack, page.Items[i]);
            stack.RawSet(-2, i + 1);
        }
        stack.RawSetField(-2, "items"u8);
        if (page.Items.Count > 0)
        {
            stack.Push(page.Items[^1].Key);
            stack.RawSetField(-2, "cursor"u8);
        }
        stack.Push(page.HasMore);
        stack.RawSetField(-2, "has_more"u8);
        return 2;
    }

    private static int Info(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryStore(behavior, stack, "info", out var store, out var results)) return results;
        if (!behavior.Process.Permits("store.info", store.Id.ToString())) return LuaArguments.Failure(stack, NotAllowed("get information of store", store.Id.ToString()));
        stack.PushNil();
        LuaTree.Push(stack, new Dictionary<string, object?>
        {
            ["id"] = store.Id.ToString(),
            ["backend"] = "memory",
            ["consistency"] = "local",
            ["durable"] = false,
            ["list"] = true,
            ["versioned"] = true,
            ["conditional_put"] = true,
            ["ttl"] = true,
        });
        return 2;
    }

    private static int Release(LuaBehavior behavior, LuaStack stack)
    {
        if (!behavior.Objects.TryGet<Handle>(stack, 1, LuaUserdataKind.Store, out var handle)) return LuaArguments.BadType(stack, 1, "release", "store");
        var wasOpen = handle.Store is not null;
        handle.Store = null;
        return Answer(stack, wasOpen);
    }

    // Store and key of a call, permission included; else what the call returns.
    private static bool TryBegin(LuaBehavior behavior, LuaStack stack, string action, [NotNullWhen(true)] out MemoryStore? store, [NotNullWhen(true)] out string? key, out int results)
    {
        key = null;
        if (!TryStore(behavior, stack, action, out store, out results)) return false;
        if (!LuaArguments.TryText(stack, 2, out ReadOnlySpan<byte> bytes))
        {
            results = LuaArguments.Fault(stack, LuaArguments.Bad(1, action, "string", LuaArguments.TypeName(stack, 2)));
            return false;
        }
        var error = TryKey(bytes, out key);
        if (key is not null && !Permits(behavior, $"store.key.{action}", store, "key", key)) error = NotAllowed($"{(action == "has" ? "look up" : action)} key of store", store.Id.ToString());
        if (key is not null && error is null) return true;
        results = LuaArguments.Failure(stack, error!);
        return false;
    }

    private static bool TryStore(LuaBehavior behavior, LuaStack stack, string method, [NotNullWhen(true)] out MemoryStore? store, out int results)
    {
        store = null;
        results = 0;
        if (!behavior.Objects.TryGet<Handle>(stack, 1, LuaUserdataKind.Store, out var handle)) results = LuaArguments.BadType(stack, 1, method, "store");
        else if ((store = handle.Store) is null) results = LuaArguments.Failure(stack, new Error(ErrorKind.Invalid, "store is released"));
        return store is not null;
    }

    private static bool Permits(LuaBehavior behavior, string action, MemoryStore store, string attribute, string value)
    {
        if (behavior.Process.ActsFreely) return true;
        return behavior.Process.Permits(action, store.Id.ToString(), new Dictionary<string, object?> { [attribute] = value });
    }

    private static Error? TryKey(ReadOnlySpan<byte> bytes, out string? key)
    {
        key = null;
        if (bytes.IsEmpty) return new Error(ErrorKind.Invalid, "key is required");
        if (bytes.Length > MaxKeyBytes) return new Error(ErrorKind.Invalid, $"key of {bytes.Length} bytes (at most {MaxKeyBytes})");
        try
        {
            key = StrictUtf8.GetString(bytes);
            return null;
        }
        catch (DecoderFallbackException)
        {
            return new Error(ErrorKind.Invalid, "key is not UTF-8");
        }
    }

    private static Error? TryValue(LuaStack stack, int index, out byte[]? value)
    {
        value = null;
        if (stack.IsNoneOrNil(index)) return new Error(ErrorKind.Invalid, "value is required");
        using var buffer = new ByteBuffer();
        if (LuaCodec.EncodeOne(stack, index, buffer) is { } error) return error;
        value = buffer.WrittenSpan.ToArray();
        return null;
    }

    private static Error? TryTtl(LuaStack stack, int index, out TimeSpan? ttl)
    {
        ttl = null;
        if (stack.IsNoneOrNil(index)) return null;
        var seconds = stack.TypeOf(index) == LuaType.Number ? stack.ToNumber(index) : double.NaN;
        if (!(seconds is > 0 and <= MaxTtl)) return new Error(ErrorKind.Invalid, "ttl must be a positive number of seconds");
        ttl = TimeSpan.FromSeconds(seconds);
        return null;
    }

    private static Error? TryOptions(LuaStack stack, int table, out TimeSpan? ttl, out StoreCondition condition)
    {
        ttl = null;
        condition = default;
        if (!LuaFrozen.IsTable(stack, table)) return null;
        stack.RawGetField(table, "ttl"u8);
        var error = TryTtl(stack, stack.Top, out ttl);
        stack.RawGetField(table, "only_if_absent"u8);
        var onlyIfAbsent = stack.ToBoolean(-1);
        long? version = null;
        if (stack.RawGetField(table, "if_version"u8) == LuaType.Number && stack.IsInteger(-1)) version = stack.ToInteger(-1);
        else if (!stack.IsNoneOrNil(-1)) error ??= new Error(ErrorKind.Invalid, "if_version must be a whole number");
        stack.Pop(3);
        if (onlyIfAbsent && version is not null) error ??= new Error(ErrorKind.Invalid, "only_if_absent and if_version exclude each other");
        condition = new StoreCondition(onlyIfAbsent, version);
        return error;
    }

    private static Error? TryTextOption(LuaStack stack, int table, string name, out string text)
    {
        text = "";
        if (!LuaFrozen.IsTable(stack, table)) return null;
        stack.RawGetField(table, Encoding.UTF8.GetBytes(name));
        var isText = stack.IsNoneOrNil(-1);
        if (LuaArguments.TryText(stack, stack.Top, out string? given)) (text, isText) = (given, true);
        stack.SetTop(table);
        return isText ? null : new Error(ErrorKind.Invalid, $"{name} must be a string");
    }

    private static Error? TryLimit(LuaStack stack, int table, out int limit)
    {
        limit = DefaultListed;
        if (!LuaFrozen.IsTable(stack, table)) return null;
        var isThere = stack.RawGetField(table, "limit"u8) != LuaType.Nil;
        var isWhole = TimeObjects.TryWhole(stack, stack.Top, MaxListed, out var value) && value > 0;
        stack.SetTop(table);
        if (isThere && isWhole) limit = (int)value;
        return isThere && !isWhole ? new Error(ErrorKind.Invalid, $"limit must be a whole number from 1 to {MaxListed}") : null;
    }

    private static int Answer(LuaStack stack, StoreItem item)
    {
        stack.PushNil();
        Push(stack, item);
        return 2;
    }

    private static int Answer(LuaStack stack, bool flag)
    {
        stack.PushNil();
        stack.Push(flag);
        return 2;
    }

    private static void Push(LuaStack stack, StoreItem item)
    {
        stack.NewTable(0, 3);
        stack.Push(item.Key);
        stack.RawSetField(-2, "key"u8);
        LuaCodec.DecodeOne(stack, item.Value);
        stack.RawSetField(-2, "value"u8);
        stack.Push(item.Version);
        stack.RawSetField(-2, "version"u8);
    }

    private static Error NoKey(string key) => new(ErrorKind.NotFound, $"key not found: {key}");

    private static Error NotAllowed(string verb, string what) => new(ErrorKind.PermissionDenied, $"not allowed to {verb}: {what}");

    // What a program holds; released, it leads nowhere.
    private sealed class Handle(MemoryStore store)
    {
        public MemoryStore? Store { get; set; } = store;
    }
}
