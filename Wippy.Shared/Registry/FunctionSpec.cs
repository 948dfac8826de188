using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>A <c>function.lua</c> entry, compiled.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Code">The Lua text and what it may require.</param>
/// <param name="Method">Key in the table that the chunk returns, default <c>main</c>; ignored when it returns a function.</param>
/// <param name="Pool">How its instances come and go.</param>
/// <param name="Retry">How failed calls are tried again; null = not at all.</param>
internal sealed record FunctionSpec(EntryId Id, LuaCode Code, string Method, PoolSpec Pool, RetrySpec? Retry)
{
    /// <param name="entry">Validated.</param>
    /// <returns>Null when the entry is no function.</returns>
    public static FunctionSpec? TryCompile(Entry entry)
    {
        if (entry.Kind != EntryKinds.LuaFunction) return null;
        var fields = new EntryFields(entry.Fields);
        var options = new EntryFields(entry.Meta).Section("options");
        return new FunctionSpec(
            entry.Id,
            LuaCode.Compile(entry),
            fields.Text("method") ?? "main",
            PoolSpec.Compile(fields),
            options.Has("retry") ? RetrySpec.Compile(options.Section("retry")) : null);
    }
}

/// <summary>How the instances of a function come and go (reference: registry-and-config §3.2).</summary>
internal enum PoolKind
{
    /// <summary>A fresh state for each call.</summary>
    Inline,

    /// <summary>Grows on demand; idle instances are dropped.</summary>
    Lazy,

    /// <summary>A fixed number, kept once made.</summary>
    Static,

    /// <summary>Grows with load; idle instances are dropped down to a minimum.</summary>
    Adaptive,
}

/// <summary>The <c>pool</c> block of a function.</summary>
/// <param name="Kind">How instances come and go.</param>
/// <param name="MinSize">Instances that stay although idle.</param>
/// <param name="MaxSize">Instances at a time; of no meaning for <see cref="PoolKind.Inline"/>.</param>
/// <param name="Buffer">Calls that may wait for an instance.</param>
/// <param name="WarmStart">Whether <paramref name="MinSize"/> instances are made as soon as there is a pool.</param>
internal sealed record PoolSpec(PoolKind Kind, int MinSize, int MaxSize, int Buffer, bool WarmStart)
{
    private const int DefaultSize = 16;
    private const int DefaultSizeWithoutBlock = 100;
    private const int WaitingPerInstance = 64;

    /// <param name="function">The fields of the function's entry.</param>
    public static PoolSpec Compile(EntryFields function)
    {
        var pool = function.Section("pool");
        var fixedSize = pool.Whole("workers") is { } workers and > 0 ? workers : pool.Whole("size");
        var kind = pool.Text("type") switch
        {
            "inline" => PoolKind.Inline,
            "lazy" => PoolKind.Lazy,
            "static" => PoolKind.Static,
            "adaptive" => PoolKind.Adaptive,
            _ when pool.Whole("workers") > 0 => PoolKind.Static,
            _ when pool.Has("size") => PoolKind.Inline,
            _ => PoolKind.Lazy,
        };
        var maxSize = kind == PoolKind.Static
            ? fixedSize ?? 1
            : pool.Whole("max_size") ?? (function.Has("pool") ? DefaultSize : DefaultSizeWithoutBlock);
        var minSize = kind switch
        {
            PoolKind.Static => maxSize,
            PoolKind.Adaptive => Math.Min(fixedSize ?? 1, maxSize),
            _ => 0,
        };
        return new PoolSpec(kind, minSize, maxSize, pool.Whole("buffer") ?? (int)Math.Min((long)maxSize * WaitingPerInstance, int.MaxValue), pool.Flag("warm_start"));
    }
}

/// <summary>The <c>meta.options.retry</c> block: how a call that failed with a retryable error is tried again.</summary>
/// <param name="MaxAttempts">Calls in all, the first included; default 3.</param>
/// <param name="Backoff">From 100 ms to 5 s by default; it grows by 2, and 0.1 of it is random.</param>
/// <param name="RetryKinds">Kinds of errors that are tried again; empty = all.</param>
/// <param name="SkipKinds">Kinds that are not.</param>
internal sealed record RetrySpec(
    int MaxAttempts,
    BackoffSpec Backoff,
    IReadOnlyList<string> RetryKinds,
    IReadOnlyList<string> SkipKinds)
{
    public static RetrySpec Compile(EntryFields retry) => new(
        retry.Whole("max_attempts") ?? 3,
        new BackoffSpec(
            TimeSpan.FromMilliseconds(retry.Whole("initial_delay") ?? 100),
            TimeSpan.FromMilliseconds(retry.Whole("max_delay") ?? 5_000),
            retry.Number("backoff_factor") ?? 2,
            retry.Number("jitter") ?? 0.1),
        retry.Texts("retry_kinds"),
        retry.Texts("skip_kinds"));
}
