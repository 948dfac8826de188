using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Shared.Lua.Modules;

/// <summary>Token stores as objects of the <c>security</c> module (reference: security §9).</summary>
internal static class TokenStoreObjects
{
    private const string Type = "security.TokenStore";
    private const double MaxMilliseconds = 1e13;   // three hundred years

    private static readonly LuaLibrary Methods = new LuaLibrary(Type)
        .Checked("create(actor: security.Actor, scope: security.Scope, options?: {expiration: string|number|nil, meta: table?}): string!", Create)
        .Checked("validate(token: string): security.Actor?, security.Scope?, error?", Validate)
        .Checked("revoke(token: string): boolean!", Revoke)
        .Checked("close()", Close);

    /// <summary>Declares the type; once, before any program runs.</summary>
    public static void Declare() => LuaTypes.Declare(LuaUserdataKind.TokenStore, Type, Methods, LuaObjects.Metamethods(Type));

    /// <summary><c>security.token_store(id)</c>.</summary>
    public static int Open(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? id)) return LuaArguments.BadType(stack, 1, "token_store", "string");
        if (!behavior.Process.Permits("security.token_store.get", id)) return LuaArguments.Failure(stack, NotAllowed("get token store", id));
        if (behavior.Process.Node.TokenStores.Get(id, out var error) is null) return LuaArguments.Failure(stack, error!);
        stack.PushNil();
        behavior.Objects.Push(stack, LuaUserdataKind.TokenStore, new Handle(id));
        return 2;
    }

    // self, actor, scope, {expiration?, meta?}
    private static int Create(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryBegin(behavior, stack, "create", out var store, out var results)) return results;
        if (!SecurityModule.TryActor(behavior, stack, 2, out var actor)) return LuaArguments.BadType(stack, 2, "create", "actor");
        if (!SecurityModule.TryScope(behavior, stack, 3, out var scope)) return LuaArguments.BadType(stack, 3, "create", "scope");
        if (!stack.IsNoneOrNil(4) && stack.TypeOf(4) != LuaType.Table) return LuaArguments.BadType(stack, 4, "create", "table");
        stack.SetTop(4);
        var expiration = store!.DefaultExpiration;
        var attributes = LuaTree.NoFields;
        if (LuaFrozen.IsTable(stack, 4))
        {
            stack.RawGetField(4, "expiration"u8);
            if (!stack.IsNoneOrNil(5) && !TryExpiration(stack, 5, out expiration)) return LuaArguments.Failure(stack, new Error(ErrorKind.Invalid, "expiration must be a duration such as \"1h\" or a number of milliseconds, more than zero"));
            stack.RawGetField(4, "meta"u8);
            if (!LuaTree.TryReadMap(stack, 6, out var meta, out var problem)) return LuaArguments.Failure(stack, new Error(ErrorKind.Invalid, $"meta must be {problem}"));
            attributes = meta;
        }
        if (store.Create(actor, scope, expiration, attributes, out var error) is not { } token) return LuaArguments.Failure(stack, error!);
        stack.PushNil();
        stack.Push(token);
        return 2;
    }

    // Gives actor, scope, err.
    private static int Validate(LuaBehavior behavior, LuaStack stack)
    {
        var context = default(SecurityContext);
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.TokenStore)) return LuaArguments.BadType(stack, 1, "validate", Type);
        if (!LuaArguments.TryText(stack, 2, out string? token)) return LuaArguments.BadType(stack, 2, "validate", "string");
        var refused = TryFind(behavior, stack, "validate", out var store, out var error) ? store!.Validate(token, out context) : error;
        stack.PushNil();
        if (refused is not null)
        {
            stack.PushNil();
            stack.PushNil();
            LuaErrors.Push(stack, refused);
            return 4;
        }
        behavior.Objects.Push(stack, LuaUserdataKind.Actor, context.Actor!);
        behavior.Objects.Push(stack, LuaUserdataKind.Scope, context.Scope!);
        return 3;
    }

    private static int Revoke(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryBegin(behavior, stack, "revoke", out var store, out var results)) return results;
        if (!LuaArguments.TryText(stack, 2, out string? token)) return LuaArguments.BadType(stack, 2, "revoke", "string");
        return store!.Revoke(token) is { } error ? LuaArguments.Failure(stack, error) : LuaArguments.Success(stack);
    }

    private static int Close(LuaBehavior behavior, LuaStack stack)
    {
        if (!behavior.Objects.TryGet<Handle>(stack, 1, LuaUserdataKind.TokenStore, out var handle)) return LuaArguments.BadType(stack, 1, "close", Type);
        handle.IsClosed = true;
        return 0;
    }

    private static bool TryBegin(LuaBehavior behavior, LuaStack stack, string method, out TokenStore? store, out int results)
    {
        results = 0;
        if (TryFind(behavior, stack, method, out store, out var error)) return true;
        results = error is null ? LuaArguments.BadType(stack, 1, method, Type) : LuaArguments.Failure(stack, error);
        return false;
    }

    // False without an error: it is no token store.
    private static bool TryFind(LuaBehavior behavior, LuaStack stack, string method, out TokenStore? store, out Error? error)
    {
        store = null;
        error = null;
        if (!behavior.Objects.TryGet<Handle>(stack, 1, LuaUserdataKind.TokenStore, out var handle)) return false;
        if (handle.IsClosed) error = new Error(ErrorKind.Invalid, "token store is closed");
        else if (!behavior.Process.Permits($"security.token.{method}", handle.Id)) error = NotAllowed($"{method} token of store", handle.Id);
        else store = behavior.Process.Node.TokenStores.Get(handle.Id, out error);
        return store is not null;
    }

    private static bool TryExpiration(LuaStack stack, int index, out TimeSpan expiration)
    {
        expiration = default;
        if (stack.TypeOf(index) == LuaType.Number)
        {
            var milliseconds = stack.ToNumber(index);
            if (!(milliseconds > 0) || milliseconds > MaxMilliseconds) return false;
            expiration = TimeSpan.FromMilliseconds(milliseconds);
        }
        else if (stack.TypeOf(index) != LuaType.String || !GoDuration.TryParse(stack.ToText(index), out expiration))
        {
            return false;
        }
        return expiration > TimeSpan.Zero;
    }

    private static Error NotAllowed(string verb, string what) => new(ErrorKind.PermissionDenied, $"not allowed to {verb}: {what}");

    // What a program holds: the name, so that it always meets the store of the day.
    private sealed class Handle(string id)
    {
        public string Id => id;

        public bool IsClosed { get; set; }
    }
}
