using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Security;

namespace Wippy.Shared.Lua.Modules;

/// <summary>
/// <c>process.with_context</c>, <c>process.with_options</c> and the builder they return (reference: process §10). A builder
/// is never changed: every method returns a new one. Denials raise.
/// </summary>
internal static class SpawnerModule
{
    private static readonly LuaLibrary Methods = new LuaLibrary("spawner")
        .Checked("with_context(values: table<string, any>): process.Spawner", (behavior, stack) => Change(behavior, stack, "with_context", WithContext))
        .Checked("with_options(options: table<string, any>): process.Spawner", (behavior, stack) => Change(behavior, stack, "with_options", WithOptions))
        .Checked("with_actor(actor: security.Actor): process.Spawner", (behavior, stack) => Change(behavior, stack, "with_actor", WithActor))
        .Checked("with_scope(scope: security.Scope): process.Spawner", (behavior, stack) => Change(behavior, stack, "with_scope", WithScope))
        .Checked("with_name(name: string): process.Spawner", (behavior, stack) => Change(behavior, stack, "with_name", WithName))
        .Checked("with_message(topic: string, ...): process.Spawner", (behavior, stack) => Change(behavior, stack, "with_message", WithMessage))
        .Operation("spawn(id: string, host: string, ...): string!", (behavior, thread) => Spawn(behavior, thread, SpawnRelation.None))
        .Operation("spawn_monitored(id: string, host: string, ...): string!", (behavior, thread) => Spawn(behavior, thread, SpawnRelation.Monitored))
        .Operation("spawn_linked(id: string, host: string, ...): string!", (behavior, thread) => Spawn(behavior, thread, SpawnRelation.Linked))
        .Operation("spawn_linked_monitored(id: string, host: string, ...): string!", (behavior, thread) => Spawn(behavior, thread, SpawnRelation.Monitored | SpawnRelation.Linked))
        .Operation("exec(id: string, host: string, ...): any!", (behavior, thread) =>
        {
            if (TryOptions(behavior, thread, out var options)) LuaSpawn.Exec(behavior, thread, options);
        });

    static SpawnerModule() => LuaTypes.Declare(LuaUserdataKind.Spawner, "process.Spawner", Methods, LuaObjects.Metamethods("process.Spawner"));

    /// <summary>How a method changes the options; its argument is at index 2. Null with a fault on the stack when it refuses.</summary>
    private delegate SpawnOptions? Changer(LuaBehavior behavior, LuaStack stack, SpawnOptions options);

    /// <summary><c>process.with_context(values)</c>.</summary>
    public static int FromContext(LuaBehavior behavior, LuaStack stack) => Begin(behavior, stack, WithContext);

    /// <summary><c>process.with_options(options)</c>.</summary>
    public static int FromOptions(LuaBehavior behavior, LuaStack stack) => Begin(behavior, stack, WithOptions);

    private static int Begin(LuaBehavior behavior, LuaStack stack, Changer change)
    {
        // The argument stands where it does for a method.
        stack.PushNil();
        stack.Insert(1);
        return Push(behavior, stack, change(behavior, stack, SpawnOptions.InheritedFrom(behavior.Process)), arguments: 1);
    }

    private static int Change(LuaBehavior behavior, LuaStack stack, string method, Changer change)
    {
        if (!behavior.Objects.TryGet(stack, 1, LuaUserdataKind.Spawner, out SpawnOptions? options))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, method, "process.Spawner", LuaArguments.TypeName(stack, 1)));
        }
        if (method == "with_context" && (options.Security.Actor is not null || options.Security.Scope is not null)
            && SecurityRefusal(behavior) is { } refusal)
        {
            return LuaArguments.Fault(stack, refusal);
        }
        var arguments = stack.Top - 1;
        return Push(behavior, stack, change(behavior, stack, options), arguments);
    }

    // What the options hold weighs about as much as the builder they came from together with the arguments.
    private static int Push(LuaBehavior behavior, LuaStack stack, SpawnOptions? options, int arguments)
    {
        if (options is null) return 1;   // the fault is at the top
        stack.SetTop(arguments + 1);
        stack.NewTable(arguments + 1);
        stack.Insert(1);
        for (var i = arguments + 1; i > 0; i--) stack.RawSet(1, i);
        stack.PushNil();
        stack.Insert(1);
        behavior.Objects.PushWithWeight(stack, LuaUserdataKind.Spawner, options);
        return 2;
    }

    private static SpawnOptions? WithContext(LuaBehavior behavior, LuaStack stack, SpawnOptions options)
    {
        if (!behavior.Process.Permits("process.context", "context")) return Fault(stack, "not allowed to spawn with custom context");
        var values = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        string? problem = null;
        if (!TryEachField(stack, "with_context", ref problem, name =>
        {
            var scratch = LuaBehavior.Scratch;
            if (LuaCodec.EncodeOne(stack, stack.Top, scratch) is { } error) return $"{error.Message}, context value '{name}'";
            values.Add(new(name, scratch.WrittenSpan.ToArray()));
            return null;
        }))
        {
            return Fault(stack, problem!);
        }
        return options with { Context = options.Context.With(values) };
    }

    private static SpawnOptions? WithOptions(LuaBehavior behavior, LuaStack stack, SpawnOptions options)
    {
        var network = options.Network;
        string? problem = null;
        if (!TryEachField(stack, "with_options", ref problem, name =>
        {
            if (name == "network") network = stack.TypeOf(-1) == LuaType.String ? stack.ToText(-1) : null;
            return null;
        }))
        {
            return Fault(stack, problem!);
        }
        return options with { Network = network };
    }

    private static SpawnOptions? WithActor(LuaBehavior behavior, LuaStack stack, SpawnOptions options)
    {
        if (!behavior.Objects.TryGet(stack, 2, LuaUserdataKind.Actor, out Actor? actor)) return Bad(stack, "with_actor", "security.Actor");
        return SecurityRefusal(behavior) is { } refusal ? Fault(stack, refusal) : options with { Security = options.Security with { Actor = actor } };
    }

    private static SpawnOptions? WithScope(LuaBehavior behavior, LuaStack stack, SpawnOptions options)
    {
        if (!behavior.Objects.TryGet(stack, 2, LuaUserdataKind.Scope, out Scope? scope)) return Bad(stack, "with_scope", "security.Scope");
        return SecurityRefusal(behavior) is { } refusal ? Fault(stack, refusal) : options with { Security = options.Security with { Scope = scope } };
    }

    private static SpawnOptions? WithName(LuaBehavior behavior, LuaStack stack, SpawnOptions options)
    {
        if (!LuaArguments.TryText(stack, 2, out string? name)) return Bad(stack, "with_name", "string");
        return name.Length == 0 ? Fault(stack, "name cannot be empty") : options with { Name = name };
    }

    private static SpawnOptions? WithMessage(LuaBehavior behavior, LuaStack stack, SpawnOptions options)
    {
        var count = stack.Top;
        if (!LuaArguments.TryText(stack, 2, out ReadOnlySpan<byte> text)) return Bad(stack, "with_message", "string");
        var topic = Topic.Of(text);
        stack.SetTop(count);
        if (text.IsEmpty) return Fault(stack, "topic cannot be empty");
        if (topic.IsReserved) return Fault(stack, "cannot send to @ topics");
        var scratch = LuaBehavior.Scratch;
        if (LuaCodec.Encode(stack, 3, count - 2, scratch) is { } error) return Fault(stack, error.Message);
        return options with { Messages = options.Messages.Add(new SpawnMessage(topic, scratch.WrittenSpan.ToArray())) };
    }

    private static void Spawn(LuaBehavior behavior, LuaThread thread, SpawnRelation relation)
    {
        if (TryOptions(behavior, thread, out var options)) LuaSpawn.Spawn(behavior, thread, relation, options);
    }

    private static bool TryOptions(LuaBehavior behavior, LuaThread thread, out SpawnOptions? options)
    {
        if (behavior.Objects.TryGet(thread.Stack, thread.Argument(1), LuaUserdataKind.Spawner, out options)) return true;
        thread.RaiseBadArgument(1, "process.Spawner");
        return false;
    }

    // Visits the fields of the table at index 2, whose value is at the top; what the visitor returns is why to stop.
    private static bool TryEachField(LuaStack stack, string method, ref string? problem, Func<string, string?> visit)
    {
        if (!LuaFrozen.IsTable(stack, 2))
        {
            problem = LuaArguments.Bad(1, method, "table", LuaArguments.TypeName(stack, 2));
            return false;
        }
        stack.PushNil();
        while (stack.Next(2))
        {
            problem = stack.TypeOf(-2) == LuaType.String ? visit(stack.ToText(-2)) : $"bad argument #1 to '{method}' (a key that is a {LuaArguments.TypeName(stack, -2)})";
            if (problem is not null) return false;
            stack.Pop(1);
        }
        return true;
    }

    private static string? SecurityRefusal(LuaBehavior behavior) =>
        behavior.Process.Permits("process.security", "security") ? null : "not allowed to spawn with custom security context";

    private static SpawnOptions? Bad(LuaStack stack, string method, string expected) =>
        Fault(stack, LuaArguments.Bad(1, method, expected, LuaArguments.TypeName(stack, 2)));

    private static SpawnOptions? Fault(LuaStack stack, string text)
    {
        stack.Push(text);
        return null;
    }
}
