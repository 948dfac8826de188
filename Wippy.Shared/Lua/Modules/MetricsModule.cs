using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>metrics</c> module: counters, gauges and histograms of programs (reference: modules, metrics). They are collected as those of .NET are.</summary>
internal static class MetricsModule
{
    /// <summary>Labels of one value.</summary>
    public const int MaxLabels = 16;

    /// <summary>Characters of a name, and of the name or value of a label.</summary>
    public const int MaxText = 255;

    private delegate Error? Recorder(string name, double value, KeyValuePair<string, object?>[] labels);

    public static LuaLibrary Library { get; } = new LuaLibrary("metrics")
        .Checked("counter_inc(name: string, labels?: table<string, any>): boolean!", (_, stack) => Record(stack, "counter_inc", 1, AppMeter.Add))
        .Checked("counter_add(name: string, value: number, labels?: table<string, any>): boolean!", (_, stack) => Record(stack, "counter_add", null, AddToCounter))
        .Checked("gauge_set(name: string, value: number, labels?: table<string, any>): boolean!", (_, stack) => Record(stack, "gauge_set", null, (name, value, labels) => AppMeter.Set(name, value, isRelative: false, labels)))
        .Checked("gauge_inc(name: string, labels?: table<string, any>): boolean!", (_, stack) => Record(stack, "gauge_inc", 1, (name, value, labels) => AppMeter.Set(name, value, isRelative: true, labels)))
        .Checked("gauge_dec(name: string, labels?: table<string, any>): boolean!", (_, stack) => Record(stack, "gauge_dec", -1, (name, value, labels) => AppMeter.Set(name, value, isRelative: true, labels)))
        .Checked("histogram(name: string, value: number, labels?: table<string, any>): boolean!", (_, stack) => Record(stack, "histogram", null, AppMeter.Record));

    private static Error? AddToCounter(string name, double value, KeyValuePair<string, object?>[] labels) => value < 0
        ? new Error(ErrorKind.Invalid, $"counter {name} cannot decrease")
        : AppMeter.Add(name, value, labels);

    // (name, labels) when the value is given, else (name, value, labels).
    private static int Record(LuaStack stack, string function, double? given, Recorder record)
    {
        if (!LuaArguments.TryText(stack, 1, out string? name)) return LuaArguments.BadType(stack, 1, function, "string");
        if (given is null && stack.TypeOf(2) != LuaType.Number) return LuaArguments.BadType(stack, 2, function, "number");
        var value = given ?? stack.ToNumber(2);
        var table = given is null ? 3 : 2;
        if (!stack.IsNoneOrNil(table) && stack.TypeOf(table) != LuaType.Table) return LuaArguments.BadType(stack, table, function, "table");
        if (name.Length is 0 or > MaxText) return LuaArguments.Failure(stack, new Error(ErrorKind.Invalid, $"a metric needs a name of 1 to {MaxText} characters"));
        if (!double.IsFinite(value)) return LuaArguments.Failure(stack, new Error(ErrorKind.Invalid, $"the value of metric {name} is not a finite number"));
        var error = TryLabels(stack, table, out var labels);
        error ??= record(name, value, labels);
        return error is null ? LuaArguments.Success(stack) : LuaArguments.Failure(stack, error);
    }

    private static Error? TryLabels(LuaStack stack, int table, out KeyValuePair<string, object?>[] labels)
    {
        labels = [];
        if (!LuaFrozen.IsTable(stack, table)) return null;
        var found = new List<KeyValuePair<string, object?>>();
        stack.PushNil();
        while (stack.Next(table))
        {
            if (stack.TypeOf(-2) != LuaType.String) return new Error(ErrorKind.Invalid, "names of labels must be strings");
            var name = stack.ToText(-2);
            if (!TryLabel(stack, stack.Top, out var value)) return new Error(ErrorKind.Invalid, $"the value of label {name} must be a string, number or boolean");
            if (name.Length > MaxText || value.Length > MaxText) return new Error(ErrorKind.Invalid, $"label {name[..Math.Min(name.Length, 40)]} is longer than {MaxText} characters");
            if (found.Count == MaxLabels) return new Error(ErrorKind.Invalid, $"more than {MaxLabels} labels");
            found.Add(new(name, value));
            stack.SetTop(stack.Top - 1);
        }
        labels = [.. found];
        return null;
    }

    private static bool TryLabel(LuaStack stack, int index, out string value)
    {
        value = stack.ToText(index);
        switch (stack.TypeOf(index))
        {
            case LuaType.String:
                return true;
            case LuaType.Boolean:
                value = stack.ToBoolean(index) ? "true" : "false";
                return true;
            case LuaType.Number:
                stack.PushPlainText(index);
                value = stack.ToText(-1);
                stack.Pop(1);
                return true;
            default:
                return false;
        }
    }
}
