using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>What a failure of a service at boot means for the services that need it.</summary>
internal enum StartupMode
{
    /// <summary>It blocks them and is reported.</summary>
    Required,

    /// <summary>It is retried in the background.</summary>
    Optional,
}

/// <summary>The <c>lifecycle</c> block of a service entry, compiled.</summary>
/// <param name="AutoStart">Start at boot or when created; default no.</param>
/// <param name="StartTimeout">Default 10 s; a start that takes longer is a retryable failure.</param>
/// <param name="StopTimeout">Default 10 s; then the service is ended by force.</param>
/// <param name="StableThreshold">Default 5 s; a run at least this long resets the count of failures.</param>
/// <param name="Startup">Default required.</param>
/// <param name="Requires">What must run first, each id once: <c>requires</c> and <c>depends_on</c> together.</param>
/// <param name="Restart">How failures are retried.</param>
/// <param name="Security">Who the service acts as; null = nobody in particular.</param>
internal sealed record LifecycleSpec(
    bool AutoStart,
    TimeSpan StartTimeout,
    TimeSpan StopTimeout,
    TimeSpan StableThreshold,
    StartupMode Startup,
    IReadOnlyList<EntryId> Requires,
    RestartSpec Restart,
    SecurityBlock? Security)
{
    /// <summary>Where nothing is declared.</summary>
    public static readonly TimeSpan DefaultStopTimeout = TimeSpan.FromSeconds(10);

    /// <param name="entry">Validated; without a <c>lifecycle</c> field all defaults apply.</param>
    public static LifecycleSpec Compile(Entry entry)
    {
        var fields = new EntryFields(entry.Fields).Section("lifecycle");
        var restart = fields.Section("restart");
        return new LifecycleSpec(
            fields.Flag("auto_start"),
            fields.Duration("start_timeout") ?? TimeSpan.FromSeconds(10),
            fields.Duration("stop_timeout") ?? DefaultStopTimeout,
            fields.Duration("stable_threshold") ?? TimeSpan.FromSeconds(5),
            fields.Text("startup") == "optional" ? StartupMode.Optional : StartupMode.Required,
            fields.Texts("requires").Concat(fields.Texts("depends_on")).Select(entry.Resolve).Distinct().ToList(),
            new RestartSpec(
                new BackoffSpec(
                    restart.Duration("initial_delay") ?? restart.Duration("delay") ?? TimeSpan.FromSeconds(1),
                    restart.Duration("max_delay") ?? TimeSpan.FromSeconds(90),
                    restart.Number("backoff_factor") ?? 2.0,
                    restart.Number("jitter") ?? 0.1),
                restart.Whole("max_attempts") ?? 0),
            fields.Has("security") ? SecurityBlock.Compile(entry, fields.Section("security")) : null);
    }
}

/// <summary>The <c>lifecycle.restart</c> block, compiled.</summary>
/// <param name="Backoff">From 1 s (<c>initial_delay</c>, or else <c>delay</c>) to 90 s by default; it grows by 2, and 0.1 of it is random.</param>
/// <param name="MaxAttempts">Starts in a row; 0 (default) = no limit.</param>
internal sealed record RestartSpec(BackoffSpec Backoff, int MaxAttempts);

/// <summary>The <c>lifecycle.security</c> block: names only, to be looked up in the policies of the day.</summary>
/// <param name="ActorId">Null when no actor is declared.</param>
/// <param name="ActorMeta">The actor's attributes.</param>
/// <param name="Groups">Policy groups; a bare name is one of the entry's namespace.</param>
/// <param name="Policies">Single policies; likewise.</param>
internal sealed record SecurityBlock(
    string? ActorId,
    IReadOnlyDictionary<string, object?> ActorMeta,
    IReadOnlyList<EntryId> Groups,
    IReadOnlyList<EntryId> Policies)
{
    public static SecurityBlock Compile(Entry entry, EntryFields fields)
    {
        var actor = fields.Section("actor");
        return new SecurityBlock(
            actor.Text("id"),
            actor.Map("meta"),
            fields.Texts("groups").Select(entry.Resolve).ToList(),
            fields.Texts("policies").Select(entry.Resolve).ToList());
    }
}
