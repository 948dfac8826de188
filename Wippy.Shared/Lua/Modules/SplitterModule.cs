using System.Text;
using System.Text.Unicode;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Lua.Text;

namespace Wippy.Shared.Lua.Modules;

/// <summary><c>text.splitter</c>: texts in chunks (docs/modules/text.md).</summary>
internal static class SplitterModule
{
    private const int MaxBytes = 1024 * 1024;
    private const int MaxPages = 10_000;
    private const int MaxTotal = 16 * 1024 * 1024;
    private const int MaxSeparators = 100;
    private const int DefaultSize = 512;
    private const int DefaultOverlap = 100;

    // A splitter's Lua values: the options table, and whether it is for Markdown.
    private const int OptionsValue = 1;
    private const int IsMarkdownValue = 2;

    private static readonly LuaLibrary Methods = new LuaLibrary("text.Splitter")
        .Fallible("split_text(text: string): string[]!", SplitText)
        .Fallible("split_batch(pages: table[]): {content: string, metadata: table}[]!", SplitBatch);

    static SplitterModule() => LuaTypes.Declare(LuaUserdataKind.Splitter, "text.Splitter", Methods);

    public static LuaLibrary Library { get; } = new LuaLibrary("text.splitter")
        .Fallible("recursive(options?: table): text.Splitter!", (_, stack) => New(stack, "recursive", isMarkdown: false))
        .Fallible("markdown(options?: table): text.Splitter!", (_, stack) => New(stack, "markdown", isMarkdown: true));

    private static int New(LuaStack stack, string function, bool isMarkdown)
    {
        if (!stack.IsNoneOrNil(1) && stack.TypeOf(1) != LuaType.Table) return LuaResults.BadArgument(stack, 1, function, "table");
        stack.SetTop(1);
        stack.NewUserdata(LuaUserdataKind.Splitter, 2);
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Splitter);
        stack.PushValue(1);
        stack.SetUserValue(-2, OptionsValue);
        stack.Push(isMarkdown);
        stack.SetUserValue(-2, IsMarkdownValue);
        return Read(stack, 2, out var problem) is null ? LuaResults.Failure(stack, problem!) : LuaResults.Top(stack);
    }

    private static int SplitText(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Splitter)) return LuaResults.BadArgument(stack, 1, "split_text", "splitter");
        if (Read(stack, 1, out var problem) is not { } splitter || Split(stack, 2, splitter, MaxTotal, out problem) is not { } chunks) return LuaResults.Failure(stack, problem!);
        stack.NewTable(chunks.Count);
        for (var i = 0; i < chunks.Count; i++)
        {
            stack.Push(chunks[i]);
            stack.RawSet(-2, i + 1);
        }
        return LuaResults.Top(stack);
    }

    // Pages are texts, or tables with content and metadata; each chunk has the metadata of its page.
    private static int SplitBatch(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Splitter)) return LuaResults.BadArgument(stack, 1, "split_batch", "splitter");
        if (stack.TypeOf(2) != LuaType.Table) return LuaResults.BadArgument(stack, 2, "split_batch", "table");
        if (Read(stack, 1, out var problem) is not { } splitter) return LuaResults.Failure(stack, problem!);
        stack.SetTop(2);
        stack.NewTable();
        const int Result = 3;
        var count = 0;
        long left = MaxTotal;
        for (var page = 1; stack.RawGet(2, page) != LuaType.Nil; page++)
        {
            if (page > MaxPages) return LuaResults.Failure(stack, ErrorKind.LimitExceeded, $"more than {MaxPages} pages (the limit)");
            var isTable = stack.TypeOf(-1) == LuaType.Table;
            if (isTable) stack.RawGetField(-1, "content"u8);
            if (Split(stack, stack.Top, splitter, left, out problem) is not { } chunks) return LuaResults.Failure(stack, problem! with { Message = $"page {page}: {problem.Message}" });
            stack.SetTop(Result + 1);
            foreach (var chunk in chunks)
            {
                left -= chunk.Length;
                stack.NewTable(0, 2);
                stack.Push(chunk);
                stack.RawSetField(-2, "content"u8);
                if (isTable)
                {
                    stack.RawGetField(Result + 1, "metadata"u8);
                    stack.RawSetField(-2, "metadata"u8);
                }
                stack.RawSet(Result, ++count);
            }
            stack.SetTop(Result);
        }
        stack.SetTop(Result);
        return LuaResults.Top(stack);
    }

    private static IReadOnlyList<string>? Split(LuaStack stack, int index, TextSplitter splitter, long maxTotal, out Error? problem)
    {
        problem = null;
        if (!LuaArguments.TryText(stack, index, out ReadOnlySpan<byte> text)) problem = new Error(ErrorKind.Invalid, $"a text must be a string, got {LuaArguments.TypeName(stack, index)}");
        else if (text.Length > MaxBytes) problem = new Error(ErrorKind.LimitExceeded, $"a text of {text.Length} bytes to split (the limit is {MaxBytes})");
        else if (!Utf8.IsValid(text)) problem = new Error(ErrorKind.Invalid, "the text to split is not UTF-8");
        else if (splitter.Split(Encoding.UTF8.GetString(text), maxTotal) is { } chunks) return chunks;
        else problem = new Error(ErrorKind.LimitExceeded, $"the chunks have more than {MaxTotal} characters (the limit); with less overlap there is less text");
        return null;
    }

    private static TextSplitter? Read(LuaStack stack, int splitter, out Error? problem)
    {
        stack.PushUserValue(splitter, IsMarkdownValue);
        var isMarkdown = stack.ToBoolean(-1);
        stack.Pop(1);
        var top = stack.Top;
        stack.PushUserValue(splitter, OptionsValue);
        if (!LuaFrozen.IsTable(stack, stack.Top)) stack.NewTable();
        var options = stack.Top;
        var size = Whole(stack, options, "chunk_size"u8, DefaultSize);
        var overlap = Whole(stack, options, "chunk_overlap"u8, Math.Min(DefaultOverlap, size - 1));
        var keep = stack.RawGetField(options, "keep_separator"u8) == LuaType.Boolean ? stack.ToBoolean(-1) : isMarkdown;
        var separators = isMarkdown ? TextSplitter.Markdown : TextSplitter.Paragraphs;
        if (stack.RawGetField(options, "separators"u8) == LuaType.Table) separators = Texts(stack, stack.Top);
        stack.SetTop(top);
        problem = size is < 1 or > MaxBytes ? new Error(ErrorKind.Invalid, $"chunk_size must be 1 to {MaxBytes}, got {size}")
            : overlap < 0 || overlap >= size ? new Error(ErrorKind.Invalid, $"chunk_overlap must be 0 to less than chunk_size ({size}), got {overlap}")
            : null;
        return problem is null ? new TextSplitter((int)size, (int)overlap, separators, keep) : null;
    }

    private static long Whole(LuaStack stack, int options, ReadOnlySpan<byte> name, long standard)
    {
        var number = stack.RawGetField(options, name) == LuaType.Number ? (long)Math.Clamp(stack.ToNumber(-1), -1, int.MaxValue) : standard;
        stack.Pop(1);
        return number;
    }

    private static List<string> Texts(LuaStack stack, int list)
    {
        var texts = new List<string>();
        for (var i = 1; i <= MaxSeparators && stack.RawGet(list, i) == LuaType.String; i++)
        {
            texts.Add(stack.ToText(-1));
            stack.Pop(1);
        }
        return texts;
    }
}
