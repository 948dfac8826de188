using System.Text;
using System.Text.Unicode;
using DiffMatchPatch;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Modules;

/// <summary><c>text.diff</c>: differences and patches with the algorithms of diff-match-patch (docs/modules/text.md).</summary>
internal static class DiffModule
{
    private const int OptionsValue = 1;
    private const int MaxBytes = 1024 * 1024;
    private const int MaxParts = 200_000;
    private const float MaxSeconds = 1;

    private static readonly LuaLibrary Methods = new LuaLibrary("text.Differ")
        .Fallible("compare(a: string, b: string): {operation: string, text: string}[]!", Compare)
        .Fallible("summarize(diffs: table): {equals: integer, deletions: integer, insertions: integer}!", Summarize)
        .Fallible("pretty_text(diffs: table): string!", (_, stack) => Pretty(stack, "pretty_text", (_, diffs) => PrettyText(diffs)))
        .Fallible("pretty_html(diffs: table): string!", (_, stack) => Pretty(stack, "pretty_html", (differ, diffs) => differ.diff_prettyHtml(diffs)))
        .Fallible("patch_make(a: string, b: string): string[]!", MakePatches)
        .Checked("patch_apply(patches: string[], text: string): string, boolean", ApplyPatches);

    static DiffModule() => LuaTypes.Declare(LuaUserdataKind.Differ, "text.Differ", Methods);

    public static LuaLibrary Library { get; } = new LuaLibrary("text.diff").Fallible("new(options?: table): text.Differ!", New);

    private static int New(LuaBehavior behavior, LuaStack stack)
    {
        if (!stack.IsNoneOrNil(1) && stack.TypeOf(1) != LuaType.Table) return LuaResults.BadArgument(stack, 1, "new", "table");
        stack.SetTop(1);
        stack.NewUserdata(LuaUserdataKind.Differ, 1);
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Differ);
        stack.PushValue(1);
        stack.SetUserValue(-2, OptionsValue);
        return LuaResults.Top(stack);
    }

    private static int Compare(LuaBehavior behavior, LuaStack stack)
    {
        if (Differ(stack) is not { } differ) return LuaResults.BadArgument(stack, 1, "compare", "differ");
        if (!TryText(stack, 2, out var before, out var problem) || !TryText(stack, 3, out var after, out problem)) return LuaResults.Failure(stack, problem!);
        var diffs = differ.diff_main(before, after);
        differ.diff_cleanupSemantic(diffs);
        stack.NewTable(diffs.Count);
        for (var i = 0; i < diffs.Count; i++)
        {
            stack.NewTable(0, 2);
            stack.Push(Name(diffs[i].operation));
            stack.RawSetField(-2, "operation"u8);
            stack.Push(diffs[i].text);
            stack.RawSetField(-2, "text"u8);
            stack.RawSet(-2, i + 1);
        }
        return LuaResults.Top(stack);
    }

    private static int Summarize(LuaBehavior behavior, LuaStack stack)
    {
        if (Differ(stack) is null) return LuaResults.BadArgument(stack, 1, "summarize", "differ");
        if (!TryDiffs(stack, 2, out var diffs, out var problem)) return LuaResults.Failure(stack, problem!);
        stack.NewTable(0, 3);
        foreach (var (operation, field) in (IEnumerable<(Operation, string)>)[(Operation.EQUAL, "equals"), (Operation.DELETE, "deletions"), (Operation.INSERT, "insertions")])
        {
            stack.Push(field);
            stack.Push(diffs.Where(diff => diff.operation == operation).Sum(diff => (long)diff.text.EnumerateRunes().Count()));
            stack.RawSet(-3);
        }
        return LuaResults.Top(stack);
    }

    private static int Pretty(LuaStack stack, string method, Func<diff_match_patch, List<Diff>, string> show)
    {
        if (Differ(stack) is not { } differ) return LuaResults.BadArgument(stack, 1, method, "differ");
        return TryDiffs(stack, 2, out var diffs, out var problem) ? LuaResults.Text(stack, show(differ, diffs)) : LuaResults.Failure(stack, problem!);
    }

    // For terminals: what is new is green, what is gone is red.
    private static string PrettyText(List<Diff> diffs) => string.Concat(diffs.Select(diff => diff.operation switch
    {
        Operation.INSERT => $"\e[32m{diff.text}\e[0m",
        Operation.DELETE => $"\e[31m{diff.text}\e[0m",
        _ => diff.text,
    }));

    // Patches are texts in the format of diff-match-patch.
    private static int MakePatches(LuaBehavior behavior, LuaStack stack)
    {
        if (Differ(stack) is not { } differ) return LuaResults.BadArgument(stack, 1, "patch_make", "differ");
        if (!TryText(stack, 2, out var before, out var problem) || !TryText(stack, 3, out var after, out problem)) return LuaResults.Failure(stack, problem!);
        var patches = differ.patch_make(before, after);
        stack.NewTable(patches.Count);
        for (var i = 0; i < patches.Count; i++)
        {
            stack.Push(patches[i].ToString());
            stack.RawSet(-2, i + 1);
        }
        return LuaResults.Top(stack);
    }

    // patch_apply(patches, text): the text, and whether all patches found their place.
    private static int ApplyPatches(LuaBehavior behavior, LuaStack stack)
    {
        if (Differ(stack) is not { } differ) return LuaResults.BadArgument(stack, 1, "patch_apply", "differ");
        if (stack.TypeOf(2) != LuaType.Table) return LuaResults.BadArgument(stack, 2, "patch_apply", "table");
        if (!TryText(stack, 3, out var text, out var problem)) return LuaResults.Failure(stack, problem!);
        var patches = new StringBuilder();
        for (var i = 1; stack.RawGet(2, i) == LuaType.String; i++)
        {
            patches.Append(stack.ToText(-1));
            stack.Pop(1);
            if (patches.Length > MaxBytes) return LuaResults.Failure(stack, TooLong("patches", patches.Length));
        }
        stack.Pop(1);
        try
        {
            var result = differ.patch_apply(differ.patch_fromText(patches.ToString()), text);
            stack.PushNil();
            stack.Push((string)result[0]);
            stack.Push(Array.TrueForAll((bool[])result[1], applied => applied));
            return 3;
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            return LuaResults.Failure(stack, ErrorKind.Invalid, "these are not patches that patch_make made");
        }
    }

    private static diff_match_patch? Differ(LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Differ)) return null;
        var differ = new diff_match_patch { Diff_Timeout = MaxSeconds };
        if (stack.PushUserValue(1, OptionsValue) == LuaType.Table && LuaFrozen.IsTable(stack, stack.Top))
        {
            differ.Diff_Timeout = (float)Option(stack, "diff_timeout"u8, 0.001, MaxSeconds, MaxSeconds);
            differ.Diff_EditCost = (short)Option(stack, "diff_edit_cost"u8, 0, 100, differ.Diff_EditCost);
            differ.Match_Threshold = (float)Option(stack, "match_threshold"u8, 0, 1, differ.Match_Threshold);
            differ.Match_Distance = (int)Option(stack, "match_distance"u8, 0, 10_000, differ.Match_Distance);
            differ.Patch_DeleteThreshold = (float)Option(stack, "patch_delete_threshold"u8, 0, 1, differ.Patch_DeleteThreshold);
            differ.Patch_Margin = (short)Option(stack, "patch_margin"u8, 0, 15, differ.Patch_Margin);
        }
        stack.Pop(1);
        return differ;
    }

    private static double Option(LuaStack stack, ReadOnlySpan<byte> name, double minimum, double maximum, double standard)
    {
        var number = stack.RawGetField(-1, name) == LuaType.Number ? stack.ToNumber(-1) : standard;
        stack.Pop(1);
        return double.IsNaN(number) ? standard : Math.Clamp(number, minimum, maximum);
    }

    private static bool TryText(LuaStack stack, int index, out string text, out Error? problem)
    {
        text = "";
        problem = null;
        if (!LuaArguments.TryText(stack, index, out ReadOnlySpan<byte> bytes)) problem = new Error(ErrorKind.Invalid, $"a text must be a string, got {LuaArguments.TypeName(stack, index)}");
        else if (bytes.Length > MaxBytes) problem = TooLong("text", bytes.Length);
        else if (!Utf8.IsValid(bytes)) problem = new Error(ErrorKind.Invalid, "a text is not UTF-8");
        else text = Encoding.UTF8.GetString(bytes);
        return problem is null;
    }

    // The list that compare gave.
    private static bool TryDiffs(LuaStack stack, int index, out List<Diff> diffs, out Error? problem)
    {
        diffs = [];
        problem = null;
        var bytes = 0L;
        for (var i = 1; stack.TypeOf(index) == LuaType.Table && stack.RawGet(index, i) == LuaType.Table; i++)
        {
            stack.RawGetField(-1, "operation"u8);
            stack.RawGetField(-2, "text"u8);
            if (Parse(stack.ToText(-2)) is not { } operation || !TryText(stack, stack.Top, out var text, out problem))
            {
                problem ??= new Error(ErrorKind.Invalid, $"difference {i}: operation must be equal, delete or insert, got '{stack.ToText(-2)}'");
                return false;
            }
            diffs.Add(new Diff(operation, text));
            stack.Pop(3);
            bytes += text.Length;
            if (bytes > 2 * MaxBytes || i > MaxParts) problem = TooLong("list of differences", bytes);
            if (problem is not null) return false;
        }
        if (stack.TypeOf(index) != LuaType.Table) problem = new Error(ErrorKind.Invalid, $"expected the list that compare gives, got {LuaArguments.TypeName(stack, index)}");
        return problem is null;
    }

    private static string Name(Operation operation) => operation switch
    {
        Operation.EQUAL => "equal",
        Operation.DELETE => "delete",
        _ => "insert",
    };

    private static Operation? Parse(string name) => name switch
    {
        "equal" => Operation.EQUAL,
        "delete" => Operation.DELETE,
        "insert" => Operation.INSERT,
        _ => null,
    };

    private static Error TooLong(string what, long length) => new(ErrorKind.LimitExceeded, $"a {what} of {length} bytes (the limit is {MaxBytes})");
}
