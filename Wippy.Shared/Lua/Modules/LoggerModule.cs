using Microsoft.Extensions.Logging;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Lua.Modules;

/// <summary>
/// The <c>logger</c> module and <c>print</c> (reference: modules, logger): records go to the logger of the node, with
/// the process's PID, the position in the program and the given fields.
/// </summary>
internal static class LoggerModule
{
    private const int FieldsValue = 1;
    private const int NameValue = 2;

    private static readonly LuaLibrary Methods = new LuaLibrary("logger")
        .Checked("debug(message: string, fields?: table<string, any>)", (behavior, stack) => Write(behavior, stack, "debug", LogLevel.Debug))
        .Checked("info(message: string, fields?: table<string, any>)", (behavior, stack) => Write(behavior, stack, "info", LogLevel.Information))
        .Checked("warn(message: string, fields?: table<string, any>)", (behavior, stack) => Write(behavior, stack, "warn", LogLevel.Warning))
        .Checked("error(message: string, fields?: table<string, any>)", (behavior, stack) => Write(behavior, stack, "error", LogLevel.Error))
        .Checked("with(fields: table<string, any>): logger", With)
        .Checked("named(name: string): logger", Named);

    static LoggerModule() => LuaTypes.Declare(LuaUserdataKind.Logger, "logger", Methods);

    /// <summary>The module is an object: a logger without fields.</summary>
    public static LuaLibrary Library { get; } = LuaLibrary.OfValue("logger", stack => PushLogger(stack));

    /// <summary><c>print</c>: one record at level information, the values joined with one space.</summary>
    public static int Print(LuaBehavior behavior, LuaStack stack)
    {
        var parts = new string[stack.Top];
        for (var i = 0; i < parts.Length; i++) parts[i] = stack.ToText(i + 1);
        Log(behavior, stack, LogLevel.Information, string.Join(' ', parts), "", new());
        return 0;
    }

    private static int Write(LuaBehavior behavior, LuaStack stack, string method, LogLevel level)
    {
        if (!IsLogger(stack)) return NotALogger(stack, method);
        if (!LuaArguments.TryText(stack, 2, out string? message)) return LuaArguments.Fault(stack, LuaArguments.Bad(1, method, "string", LuaArguments.TypeName(stack, 2)));
        stack.SetTop(3);
        var fields = new OrderedDictionary<string, object?>();
        stack.PushUserValue(1, FieldsValue);
        AddFields(stack, stack.Top, fields);
        AddFields(stack, 3, fields);   // those of the record count more
        stack.PushUserValue(1, NameValue);
        var name = stack.ToText(-1);
        Log(behavior, stack, level, message, name, fields);
        return 0;
    }

    private static int With(LuaBehavior behavior, LuaStack stack)
    {
        if (!IsLogger(stack)) return NotALogger(stack, "with");
        if (stack.TypeOf(2) != LuaType.Table) return LuaArguments.Fault(stack, LuaArguments.Bad(1, "with", "table", LuaArguments.TypeName(stack, 2)));
        stack.PushNil();
        PushLogger(stack);
        var logger = stack.Top;
        stack.NewTable();
        stack.PushUserValue(1, FieldsValue);
        CopyFields(stack, stack.Top, logger + 1);
        CopyFields(stack, 2, logger + 1);
        stack.SetTop(logger + 1);
        stack.SetUserValue(logger, FieldsValue);
        stack.PushUserValue(1, NameValue);
        stack.SetUserValue(logger, NameValue);
        return 2;
    }

    private static int Named(LuaBehavior behavior, LuaStack stack)
    {
        if (!IsLogger(stack)) return NotALogger(stack, "named");
        if (!LuaArguments.TryText(stack, 2, out string? name)) return LuaArguments.Fault(stack, LuaArguments.Bad(1, "named", "string", LuaArguments.TypeName(stack, 2)));
        stack.PushUserValue(1, NameValue);
        var outer = stack.ToText(-1);
        stack.PushNil();
        PushLogger(stack);
        stack.PushUserValue(1, FieldsValue);
        stack.SetUserValue(-2, FieldsValue);
        stack.Push(outer.Length == 0 ? name : $"{outer}.{name}");
        stack.SetUserValue(-2, NameValue);
        return 2;
    }

    private static void PushLogger(LuaStack stack)
    {
        stack.NewUserdata(LuaUserdataKind.Logger, 2);
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Logger);
    }

    private static bool IsLogger(LuaStack stack) => LuaArguments.Is(stack, 1, LuaUserdataKind.Logger);

    private static int NotALogger(LuaStack stack, string method) =>
        LuaArguments.Fault(stack, $"bad self for '{method}': call it with a colon, logger:{method}(...)");

    private static void CopyFields(LuaStack stack, int from, int to)
    {
        if (!LuaFrozen.IsTable(stack, from)) return;
        stack.PushNil();
        while (stack.Next(from))
        {
            stack.PushValue(-2);
            stack.Insert(-2);
            stack.RawSet(to);
        }
    }

    private static void AddFields(LuaStack stack, int table, OrderedDictionary<string, object?> fields)
    {
        if (!LuaFrozen.IsTable(stack, table)) return;
        stack.PushNil();
        while (stack.Next(table))
        {
            if (stack.TypeOf(-2) == LuaType.String) fields[stack.ToText(-2)] = FieldValue(stack, stack.Top);
            stack.Pop(1);
        }
    }

    private static object? FieldValue(LuaStack stack, int index)
    {
        switch (stack.TypeOf(index))
        {
            case LuaType.Nil: return null;
            case LuaType.Boolean: return stack.ToBoolean(index);
            case LuaType.Number: return stack.IsInteger(index) ? (object)stack.ToInteger(index) : stack.ToNumber(index);
            case LuaType.String: return stack.ToText(index);
            case LuaType.Userdata when stack.UserdataKind(index) == LuaUserdataKind.Error: return LuaErrors.Read(stack, index).Message;
            case LuaType.Table: return TableText(stack, index);
            default:
                stack.PushPlainText(index);
                var text = stack.ToText(-1);
                stack.Pop(1);
                return text;
        }
    }

    private static string TableText(LuaStack stack, int index)
    {
        var scratch = LuaBehavior.Scratch;
        return LuaCodec.EncodeOne(stack, index, scratch) is { } error ? $"({error.Message})" : PayloadText.Of(scratch.WrittenSpan);
    }

    private static void Log(LuaBehavior behavior, LuaStack stack, LogLevel level, string message, string name, OrderedDictionary<string, object?> given)
    {
        var process = behavior.Process;
        var category = name.Length == 0 ? process.Entry.ToString() : $"{process.Entry}.{name}";
        var logger = process.Node.Loggers.CreateLogger(category);
        if (!logger.IsEnabled(level)) return;
        // A program may have a field of one of these names: then both are there.
        List<KeyValuePair<string, object?>> fields = [.. given, new("pid", process.Pid.ToString()), new("location", stack.CallerPosition())];
        if (process.Security.Actor is { } actor) fields.Add(new("actor", actor.Id));
        void Write() => logger.Log(level, default, new LuaLogRecord(message, fields), null, static (record, _) => record.ToString());
        if (process.Trace is { } trace) trace.WithSpan(Write);
        else Write();
    }
}
