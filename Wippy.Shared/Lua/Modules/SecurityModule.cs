using System.Diagnostics.CodeAnalysis;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Security;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>security</c> module: actors, policies and scopes as objects (reference: security §8).</summary>
internal static class SecurityModule
{
    private const string Actor = "security.Actor";
    private const string PolicyName = "security.Policy";
    private const string ScopeName = "security.Scope";

    private static readonly LuaLibrary ActorMethods = new LuaLibrary(Actor)
        .Method("id(): string", (behavior, stack) => Of<Actor>(behavior, stack, "id", LuaUserdataKind.Actor, static (stack, actor) => stack.Push(actor.Id)))
        .Method("meta(): table", (behavior, stack) => Of<Actor>(behavior, stack, "meta", LuaUserdataKind.Actor, static (stack, actor) => LuaTree.Push(stack, actor.Meta)));

    private static readonly LuaLibrary PolicyMethods = new LuaLibrary(PolicyName)
        .Method("id(): string", (behavior, stack) => Of<Policy>(behavior, stack, "id", LuaUserdataKind.Policy, static (stack, policy) => stack.Push(policy.Name)))
        .Checked("evaluate(actor: security.Actor, action: string, resource: string, attributes?: table): \"allow\"|\"deny\"|\"undefined\"", EvaluatePolicy);

    private static readonly LuaLibrary ScopeMethods = new LuaLibrary(ScopeName)
        .Checked("with(policy: security.Policy): security.Scope", With)
        .Checked("without(policy: security.Policy|string): security.Scope", Without)
        .Method("contains(id: string): boolean", Contains)
        .Method("policies(): security.Policy[]", Policies)
        .Checked("evaluate(actor: security.Actor, action: string, resource: string, attributes?: table): \"allow\"|\"deny\"|\"undefined\"", EvaluateScope);

    static SecurityModule()
    {
        LuaTypes.Declare(LuaUserdataKind.Actor, Actor, ActorMethods, LuaObjects.Metamethods(Actor));
        LuaTypes.Declare(LuaUserdataKind.Policy, PolicyName, PolicyMethods, LuaObjects.Metamethods(PolicyName));
        LuaTypes.Declare(LuaUserdataKind.Scope, ScopeName, ScopeMethods, LuaObjects.Metamethods(ScopeName));
        TokenStoreObjects.Declare();
    }

    public static LuaLibrary Library { get; } = new LuaLibrary("security")
        .Function("actor(): security.Actor?", OwnActor)
        .Function("scope(): security.Scope?", OwnScope)
        .Checked("can(action: string, resource: string, attributes?: table): boolean", Can)
        .Fallible("policy(id: string): security.Policy!", FindPolicy)
        .Fallible("named_scope(group: string): security.Scope!", FindGroup)
        .Checked("new_scope(policies?: security.Policy[]): security.Scope", NewScope)
        .Checked("new_actor(id: string, meta?: table): security.Actor", NewActor)
        .Checked("token_store(id: string): security.TokenStore!", TokenStoreObjects.Open);

    /// <summary>The actor that an argument is.</summary>
    public static bool TryActor(LuaBehavior behavior, LuaStack stack, int index, [NotNullWhen(true)] out Actor? actor) =>
        behavior.Objects.TryGet(stack, index, LuaUserdataKind.Actor, out actor);

    /// <summary>The scope that an argument is.</summary>
    public static bool TryScope(LuaBehavior behavior, LuaStack stack, int index, [NotNullWhen(true)] out Scope? scope) =>
        behavior.Objects.TryGet(stack, index, LuaUserdataKind.Scope, out scope);

    private static int OwnActor(LuaBehavior behavior, LuaStack stack)
    {
        if (behavior.Process.Security.Actor is { } actor) PushActor(behavior, stack, actor);
        else stack.PushNil();
        return 1;
    }

    private static int OwnScope(LuaBehavior behavior, LuaStack stack)
    {
        if (behavior.Process.Security.Scope is { } scope) Push(behavior, stack, scope);
        else stack.PushNil();
        return 1;
    }

    private static int Can(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? action)) return Bad(stack, 1, "can", "string");
        if (!LuaArguments.TryText(stack, 2, out string? resource)) return Bad(stack, 2, "can", "string");
        if (!LuaTree.TryReadMap(stack, 3, out var attributes, out var problem)) return BadMap(stack, 3, "can", problem);
        stack.PushNil();
        // Unlike the guard of operations: without actor and scope the answer is no (reference: security §8).
        stack.Push(!behavior.Process.Security.IsIncomplete && behavior.Process.Can(action, resource, attributes));
        return 2;
    }

    private static int FindPolicy(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryId(stack, 1, out var id, out var text) && text.Length == 0) return Bad(stack, 1, "policy", "policy id");
        if (!behavior.Process.Permits("security.policy.get", text)) return Failure(stack, new Error(ErrorKind.Invalid, "permission denied: access policy"));
        if (id is null || !behavior.Process.Node.Policies.TryGetPolicy(id, out var policy)) return Failure(stack, new Error(ErrorKind.Internal, $"policy not found: {text}"));
        stack.PushNil();
        Push(behavior, stack, policy);
        return 2;
    }

    private static int FindGroup(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryId(stack, 1, out var id, out var text) && text.Length == 0) return Bad(stack, 1, "named_scope", "policy group id");
        if (!behavior.Process.Permits("security.policy_group.get", text)) return Failure(stack, new Error(ErrorKind.Invalid, "permission denied: access policy group"));
        if (id is null || !behavior.Process.Node.Policies.TryGetGroup(id, out var scope)) return Failure(stack, new Error(ErrorKind.Internal, $"policy group not found: {text}"));
        stack.PushNil();
        Push(behavior, stack, scope);
        return 2;
    }

    private static int NewScope(LuaBehavior behavior, LuaStack stack)
    {
        if (!behavior.Process.Permits("security.scope.create", "custom")) return ScopeDenied(stack);
        var policies = new List<Policy>();
        if (LuaFrozen.IsTable(stack, 1))
        {
            for (var i = 1; stack.RawGet(1, i) != LuaType.Nil; i++)
            {
                if (!behavior.Objects.TryGet<Policy>(stack, -1, LuaUserdataKind.Policy, out var policy)) return Bad(stack, 1, "new_scope", "list of policies");
                policies.Add(policy);
                stack.Pop(1);
            }
        }
        else if (!stack.IsNoneOrNil(1))
        {
            return Bad(stack, 1, "new_scope", "list of policies");
        }
        stack.PushNil();
        PushNew(behavior, stack, Scope.Of(policies));
        return 2;
    }

    private static int NewActor(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? id) || id.Length == 0) return Bad(stack, 1, "new_actor", "string that is not empty");
        if (!behavior.Process.Permits("security.actor.create", id)) return LuaArguments.Fault(stack, $"not allowed to create actor with ID: {id}");
        if (!LuaTree.TryReadMap(stack, 2, out var meta, out var problem)) return BadMap(stack, 2, "new_actor", problem);
        stack.PushNil();
        LuaTree.Push(stack, meta);
        behavior.Objects.PushWithWeight(stack, LuaUserdataKind.Actor, new Actor(id, meta));
        return 2;
    }

    private static int EvaluatePolicy(LuaBehavior behavior, LuaStack stack)
    {
        if (!behavior.Objects.TryGet<Policy>(stack, 1, LuaUserdataKind.Policy, out var policy)) return NotSelf(stack, "evaluate", PolicyName);
        return Evaluate(behavior, stack, request => policy.Evaluate(request));
    }

    private static int EvaluateScope(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryScope(behavior, stack, 1, out var scope)) return NotSelf(stack, "evaluate", ScopeName);
        return Evaluate(behavior, stack, request => scope.Evaluate(request, out _));
    }

    // self, actor, action, resource, attributes
    private static int Evaluate(LuaBehavior behavior, LuaStack stack, Func<AccessRequest, Decision> evaluate)
    {
        if (!TryActor(behavior, stack, 2, out var actor) && !stack.IsNoneOrNil(2)) return Bad(stack, 2, "evaluate", "actor");
        if (!LuaArguments.TryText(stack, 3, out string? action)) return Bad(stack, 3, "evaluate", "string");
        if (!LuaArguments.TryText(stack, 4, out string? resource)) return Bad(stack, 4, "evaluate", "string");
        if (!LuaTree.TryReadMap(stack, 5, out var attributes, out var problem)) return BadMap(stack, 5, "evaluate", problem);
        stack.PushNil();
        stack.Push(evaluate(new AccessRequest(actor, action, resource, attributes)).ToText());
        return 2;
    }

    private static int With(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryScope(behavior, stack, 1, out var scope)) return NotSelf(stack, "with", ScopeName);
        if (!behavior.Process.Permits("security.scope.create", "with")) return ScopeDenied(stack);
        if (!behavior.Objects.TryGet<Policy>(stack, 2, LuaUserdataKind.Policy, out var policy)) return Bad(stack, 2, "with", "policy");
        stack.PushNil();
        PushNew(behavior, stack, scope.With(policy));
        return 2;
    }

    private static int Without(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryScope(behavior, stack, 1, out var scope)) return NotSelf(stack, "without", ScopeName);
        if (!behavior.Process.Permits("security.scope.create", "without")) return ScopeDenied(stack);
        if (!TryPolicyId(behavior, stack, 2, out var id)) return Bad(stack, 2, "without", "policy or policy id");
        stack.PushNil();
        PushNew(behavior, stack, scope.Without(id));
        return 2;
    }

    private static int Contains(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryScope(behavior, stack, 1, out var scope)) return NotSelf(stack, "contains", ScopeName);
        if (!TryPolicyId(behavior, stack, 2, out var id)) return Bad(stack, 2, "contains", "policy or policy id");
        stack.PushNil();
        stack.Push(scope.Contains(id));
        return 2;
    }

    private static int Policies(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryScope(behavior, stack, 1, out var scope)) return NotSelf(stack, "policies", ScopeName);
        stack.PushNil();
        stack.NewTable(scope.Policies.Count);
        for (var i = 0; i < scope.Policies.Count; i++)
        {
            Push(behavior, stack, scope.Policies[i]);
            stack.RawSet(-2, i + 1);
        }
        return 2;
    }

    // A policy, the text of its id, or its id as {ns = ..., name = ...} or {ns, name}.
    private static bool TryPolicyId(LuaBehavior behavior, LuaStack stack, int index, [NotNullWhen(true)] out EntryId? id)
    {
        if (!behavior.Objects.TryGet<Policy>(stack, index, LuaUserdataKind.Policy, out var policy)) return TryId(stack, index, out id, out _);
        id = policy.Id;
        return true;
    }

    private static bool TryId(LuaStack stack, int index, [NotNullWhen(true)] out EntryId? id, out string text)
    {
        text = "";
        if (LuaFrozen.IsTable(stack, index)) text = $"{Part(stack, index, "ns"u8, 1)}:{Part(stack, index, "name"u8, 2)}";
        else if (LuaArguments.TryText(stack, index, out string? given)) text = given;
        return EntryId.TryParse(text, out id);
    }

    private static string Part(LuaStack stack, int table, ReadOnlySpan<byte> field, int place)
    {
        if (stack.RawGetField(table, field) != LuaType.String)
        {
            stack.Pop(1);
            stack.RawGet(table, place);
        }
        var text = stack.ToText(-1);
        stack.Pop(1);
        return text;
    }

    private static void PushActor(LuaBehavior behavior, LuaStack stack, Actor actor) => behavior.Objects.Push(stack, LuaUserdataKind.Actor, actor);

    private static void Push(LuaBehavior behavior, LuaStack stack, Policy policy) => behavior.Objects.Push(stack, LuaUserdataKind.Policy, policy);

    private static void Push(LuaBehavior behavior, LuaStack stack, Scope scope) => behavior.Objects.Push(stack, LuaUserdataKind.Scope, scope);

    private static void PushNew(LuaBehavior behavior, LuaStack stack, Scope scope)
    {
        stack.NewTable(scope.Policies.Count);
        behavior.Objects.PushWithWeight(stack, LuaUserdataKind.Scope, scope);
    }

    private static int Of<T>(LuaBehavior behavior, LuaStack stack, string method, LuaUserdataKind kind, Action<LuaStack, T> push)
        where T : class
    {
        if (!behavior.Objects.TryGet<T>(stack, 1, kind, out var value)) return NotSelf(stack, method, $"security.{kind}");
        stack.PushNil();
        push(stack, value);
        return 2;
    }

    private static int ScopeDenied(LuaStack stack) => LuaArguments.Fault(stack, "not allowed to create custom scopes");

    private static int NotSelf(LuaStack stack, string method, string type) => Bad(stack, 1, method, type);

    private static int BadMap(LuaStack stack, int argument, string function, string problem) =>
        LuaArguments.Fault(stack, $"bad argument #{argument} to '{function}' (must be {problem})");

    private static int Bad(LuaStack stack, int argument, string function, string expected) =>
        LuaArguments.Fault(stack, LuaArguments.Bad(argument, function, expected, LuaArguments.TypeName(stack, argument)));

    // Results of a fallible function: no fault, nil, err.
    private static int Failure(LuaStack stack, Error error)
    {
        stack.PushNil();
        stack.PushNil();
        LuaErrors.Push(stack, error);
        return 3;
    }
}
