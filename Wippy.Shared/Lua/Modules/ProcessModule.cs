using System.Text;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>process</c> global (reference: process).</summary>
internal static class ProcessModule
{
    private static readonly LuaLibrary Names = new LuaLibrary("process.registry")
        .Operation("register(name: string, pid?: string, scope?: integer): boolean!", Register)
        .Checked("lookup(name: string): string!", Lookup)
        .Operation("unregister(name: string, scope?: integer): boolean!", Unregister)
        .Constant("LOCAL", 0).Constant("EVENTUAL", 1).Constant("CONSISTENT", 2).Constant("STRONG", 3);

    private static readonly LuaLibrary Events = new LuaLibrary("process.event")
        .Constant("EXIT", Encoding.UTF8.GetString(LuaMessages.KindText(SignalKind.Exit)))
        .Constant("LINK_DOWN", Encoding.UTF8.GetString(LuaMessages.KindText(SignalKind.LinkDown)))
        .Constant("CANCEL", Encoding.UTF8.GetString(LuaMessages.KindText(SignalKind.Cancel)))
        .Constant("OUTDATED", Encoding.UTF8.GetString(LuaMessages.KindText(SignalKind.Outdated)));

    public static LuaLibrary Library { get; } = new LuaLibrary("process")
        .Function("pid(): string", OwnPid)
        .Function("id(): string", OwnId)
        .Fallible("send(destination: string, topic: string, ...): boolean!", Send)
        .Operation("spawn(id: string, host: string, ...): string!", (behavior, thread) => LuaSpawn.Spawn(behavior, thread, SpawnRelation.None))
        .Operation("spawn_monitored(id: string, host: string, ...): string!", (behavior, thread) => LuaSpawn.Spawn(behavior, thread, SpawnRelation.Monitored))
        .Operation("spawn_linked(id: string, host: string, ...): string!", (behavior, thread) => LuaSpawn.Spawn(behavior, thread, SpawnRelation.Linked))
        .Operation("spawn_linked_monitored(id: string, host: string, ...): string!", (behavior, thread) => LuaSpawn.Spawn(behavior, thread, SpawnRelation.Monitored | SpawnRelation.Linked))
        .Operation("exec(id: string, host: string, ...): any!", (behavior, thread) => LuaSpawn.Exec(behavior, thread))
        .Checked("with_context(values: table<string, any>): process.Spawner", SpawnerModule.FromContext)
        .Checked("with_options(options: table<string, any>): process.Spawner", SpawnerModule.FromOptions)
        .Operation("monitor(destination: string): boolean!", (behavior, thread) => Ask(behavior, thread, AskKind.Monitor))
        .Operation("unmonitor(destination: string): boolean!", (behavior, thread) => Ask(behavior, thread, AskKind.Unmonitor))
        .Operation("link(destination: string): boolean!", (behavior, thread) => Ask(behavior, thread, AskKind.Link))
        .Operation("unlink(destination: string): boolean!", (behavior, thread) => Ask(behavior, thread, AskKind.Unlink))
        .Operation("cancel(destination: string, reason?: string): boolean!", (behavior, thread) => Ask(behavior, thread, AskKind.Cancel))
        .Operation("terminate(destination: string): boolean!", (behavior, thread) => Ask(behavior, thread, AskKind.Terminate))
        .Operation("upgrade(id?: string, ...)", Upgrade)
        .Function("inbox(): channel", Inbox)
        .Function("events(): channel", EventChannel)
        .Checked("listen(topic: string, options?: {message: boolean?}): channel!", Listen)
        .Checked("unlisten(channel: channel): boolean, error?", Unlisten)
        .Function("get_options(): {trap_links: boolean, upgradable: boolean}", GetOptions)
        .Function("set_options(options: {trap_links: boolean?, upgradable: boolean?}): boolean, error?", SetOptions)
        .Nested("registry", Names)
        .Nested("event", Events);

    private static int OwnPid(LuaBehavior behavior, LuaStack stack)
    {
        LuaMessages.PushPid(stack, behavior.Process.Pid, none: "");
        return 1;
    }

    private static int OwnId(LuaBehavior behavior, LuaStack stack)
    {
        stack.Push(behavior.Process.Entry.ToString());
        return 1;
    }

    // The hot path: resolve, ask the policies, encode once from the stack, hand over (docs/architecture.md).
    private static int Send(LuaBehavior behavior, LuaStack stack)
    {
        var count = stack.Top;
        if (count < 2 || stack.IsNoneOrNil(2)) return Failure(stack, new Error(ErrorKind.Invalid, "send requires at least destination and topic arguments"));
        if (!LuaArguments.TryText(stack, 1, out ReadOnlySpan<byte> destination)) return BadText(stack, 1, "send");
        if (!LuaArguments.TryText(stack, 2, out ReadOnlySpan<byte> topicText)) return BadText(stack, 2, "send");
        var process = behavior.Process;
        var topic = process.LastTopic is { } last && topicText.SequenceEqual(last.Utf8) ? last : process.LastTopic = Topic.Of(topicText);
        if (topic.IsReserved) return Failure(stack, new Error(ErrorKind.Invalid, "cannot send to @ topics"));

        if (process.Node.Router.TryRoute(process, destination, topic, out var route) is { } refused) return Failure(stack, refused);

        var scratch = LuaBehavior.Scratch;
        var error = LuaCodec.Encode(stack, 3, count - 2, scratch) ?? route.Send(process, topic, scratch.WrittenSpan);
        if (error is not null) return Failure(stack, error);
        stack.PushNil();
        stack.Push(true);
        return 2;
    }

    private static void Ask(LuaBehavior behavior, LuaThread thread, AskKind kind)
    {
        if (!thread.TryText(1, out var destination)) return;
        var reason = "";
        if (kind == AskKind.Cancel && thread.ArgumentCount > 1 && !thread.TryText(2, out reason)) return;

        var process = behavior.Process;
        if (!process.Node.Router.TryResolve(Encoding.UTF8.GetBytes(destination), out var target))
        {
            thread.Return(ProcessErrors.Unresolved(destination));
            return;
        }
        var operation = behavior.Pending.Begin(completion => thread.Return(completion.Error));
        process.Node.Router.Perform(process, new Ask(kind, process.Pid, target, reason), destination,
            error => process.Post(new Completion(operation, null, error)));
    }

    // What is wrong before anything is given up raises, and ends a program that does not catch it.
    private static void Upgrade(LuaBehavior behavior, LuaThread thread)
    {
        var process = behavior.Process;
        var entry = process.Entry;
        if (!thread.Stack.IsNoneOrNil(thread.Argument(1)))
        {
            if (!thread.TryText(1, out var id)) return;
            if (!EntryId.TryParse(id, out entry))
            {
                thread.Raise(new Error(ErrorKind.Invalid, "upgrade: invalid process ID format (namespace:name required)"));
                return;
            }
        }
        if (!behavior.IsStarted)
        {
            thread.Raise(new Error(ErrorKind.InvalidState, "upgrade: the program has not started yet"));
            return;
        }
        if (SpawnPermission.UpgradeRefusalOf(process, entry) is { } refusal)
        {
            thread.Raise(refusal);
            return;
        }
        var scratch = LuaBehavior.Scratch;
        var count = Math.Max(thread.ArgumentCount - 1, 0);
        if (LuaCodec.Encode(thread.Stack, thread.Argument(1) + 1, count, scratch, objects: false) is { } error)
        {
            thread.Raise(error with { Message = $"upgrade: {error.Message}" });
            return;
        }
        behavior.BeginUpgrade(entry, Payload.Copy(scratch.WrittenSpan));
    }

    private static int Inbox(LuaBehavior behavior, LuaStack stack)
    {
        behavior.Mail.PushInbox(stack);
        return 1;
    }

    private static int EventChannel(LuaBehavior behavior, LuaStack stack)
    {
        behavior.Mail.PushEvents(stack);
        return 1;
    }

    private static int Listen(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out ReadOnlySpan<byte> text)) return BadText(stack, 1, "listen");
        var topic = Topic.Of(text);
        if (text.IsEmpty) return Failure(stack, new Error(ErrorKind.Invalid, "topic cannot be empty"));
        if (topic.IsReserved) return Failure(stack, new Error(ErrorKind.Invalid, "cannot listen to @ topics"));
        if (text.Length > Topic.MaxBytes) return Failure(stack, ProcessErrors.TopicTooLong(topic));
        var asMessages = LuaFrozen.IsTable(stack, 2) && stack.RawGetField(2, "message"u8) == LuaType.Boolean && stack.ToBoolean(-1);
        stack.PushNil();
        behavior.Mail.PushListener(stack, topic, asMessages);
        return 2;
    }

    private static int Unlisten(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Channel))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, "unlisten", "channel", LuaArguments.TypeName(stack, 1)));
        }
        stack.PushNil();
        if (!behavior.Mail.Unlisten(behavior.Channels.Of(stack, 1))) return 1 + Refused(stack, "channel is not subscribed");
        stack.Push(true);
        return 2;
    }

    private static int GetOptions(LuaBehavior behavior, LuaStack stack)
    {
        stack.NewTable(0, 2);
        stack.Push(behavior.Process.TrapLinks);
        stack.RawSetField(-2, "trap_links"u8);
        if (behavior.Process.IsUpgradable)
        {
            stack.Push(true);
            stack.RawSetField(-2, "upgradable"u8);
        }
        return 1;
    }

    private static int SetOptions(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaFrozen.IsTable(stack, 1)) return Refused(stack, "options parameter must be a table");
        string? problem = null;
        stack.PushNil();
        while (stack.Next(1))
        {
            if (stack.TypeOf(-2) == LuaType.String)
            {
                var name = stack.ToText(-2);
                if (name is not ("trap_links" or "upgradable")) problem = $"option {name} is not supported";
                else if (stack.TypeOf(-1) != LuaType.Boolean) problem = $"{name} must be a boolean";
                else if (name == "trap_links") behavior.Process.TrapLinks = stack.ToBoolean(-1);
                else behavior.Process.IsUpgradable = stack.ToBoolean(-1);
            }
            stack.Pop(1);
        }
        if (problem is not null) return Refused(stack, problem);
        stack.Push(true);
        return 1;
    }

    private static void Register(LuaBehavior behavior, LuaThread thread)
    {
        if (!thread.TryText(1, out var name)) return;
        var process = behavior.Process;
        var pid = process.Pid;
        if (thread.ArgumentCount > 1 && !thread.Stack.IsNoneOrNil(thread.Argument(2)))
        {
            if (thread.Stack.TypeOf(thread.Argument(2)) != LuaType.String)
            {
                thread.Return(new Error(ErrorKind.Invalid, "pid must be a string"));
                return;
            }
            var text = thread.Stack.ToText(thread.Argument(2));
            if (!Pid.TryParse(text, out pid))
            {
                thread.Return(new Error(ErrorKind.Invalid, $"invalid pid format: {text}"));
                return;
            }
        }
        if (!process.Permits("process.registry.register", name))
        {
            thread.Return(Denied($"register name: {name}"));
            return;
        }
        if (pid != process.Pid && !process.Permits("process.registry.foreign", pid.ToString()))
        {
            thread.Return(Denied($"register foreign pid {pid} under name \"{name}\""));
            return;
        }
        if (ScopeRefusal(thread, 3) is { } refusal)
        {
            thread.Return(refusal);
            return;
        }
        var operation = behavior.Pending.Begin(completion => thread.Return(completion.Error));
        process.Node.Names.Register(name, pid, new NameCaller(process.Pid, process.Host.Zone),
            error => process.Post(new Completion(operation, null, error)));
    }

    private static int Lookup(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? name)) return BadText(stack, 1, "lookup");
        if (!behavior.Process.Node.Names.TryLookup(name, out var pid)) return Failure(stack, new Error(ErrorKind.NotFound, "name not registered"));
        stack.PushNil();
        LuaMessages.PushPid(stack, pid, none: "");
        return 2;
    }

    private static void Unregister(LuaBehavior behavior, LuaThread thread)
    {
        if (!thread.TryText(1, out var name)) return;
        var process = behavior.Process;
        if (!process.Permits("process.registry.unregister", name))
        {
            thread.Return(Denied($"unregister name: {name}"));
            return;
        }
        if (ScopeRefusal(thread, 2) is { } refusal)
        {
            thread.Return(refusal);
            return;
        }
        var operation = behavior.Pending.Begin(completion =>
        {
            if (completion.Error is { } error) thread.Return(error);
            else thread.Return((bool)completion.Value!);
        });
        process.Node.Names.Unregister(name, new NameCaller(process.Pid, process.Host.Zone),
            (found, error) => process.Post(new Completion(operation, found, error)));
    }

    // Without clustering only LOCAL (0) exists (reference: process §12).
    private static Error? ScopeRefusal(LuaThread thread, int argument)
    {
        if (thread.Stack.IsNoneOrNil(thread.Argument(argument))) return null;
        return thread.Stack.ToInteger(thread.Argument(argument)) switch
        {
            0 => null,
            1 => new Error(ErrorKind.Internal, "eventual registry not available"),
            _ => new Error(ErrorKind.Internal, "global registry not available"),
        };
    }

    private static int BadText(LuaStack stack, int argument, string function) =>
        LuaArguments.Fault(stack, LuaArguments.Bad(argument, function, "string", LuaArguments.TypeName(stack, argument)));

    private static Error Denied(string what) => new(ErrorKind.PermissionDenied, $"not allowed to {what}");

    // Results of a checked function: no fault, nil, err.
    private static int Failure(LuaStack stack, Error error)
    {
        stack.PushNil();
        stack.PushNil();
        LuaErrors.Push(stack, error);
        return 3;
    }

    // Results of a plain function: false, err.
    private static int Refused(LuaStack stack, string problem)
    {
        stack.Push(false);
        LuaErrors.Push(stack, new Error(ErrorKind.Invalid, problem));
        return 2;
    }
}
