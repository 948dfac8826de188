using System.Collections.Immutable;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>Says why somebody may not make these of those entries; null when he may. Neither is validated yet.</summary>
internal delegate Error? EntryGuard(ImmutableSortedDictionary<EntryId, Entry> before, ImmutableSortedDictionary<EntryId, Entry> after);

/// <summary>
/// All versions of the entries; one of them is current. A change is validated whole, made current by one reference write,
/// and acted upon by those who listen, before it counts as applied; if anything fails the version before stays. One change at
/// a time, in order of arrival. Any thread.
/// </summary>
internal sealed class EntryRegistry
{
    /// <summary>Versions kept besides version 0; the oldest are forgotten.</summary>
    public const int MaxVersions = 1000;

    private readonly EntryCheck[] _checks;
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;                         // guarded by _lock: the change all others wait behind
    private Snapshot _current;                                       // written by the change under way, read by any thread
    private ImmutableSortedDictionary<long, Snapshot> _versions;     // likewise

    /// <param name="initial">What readers see before the first change.</param>
    /// <param name="checks">What changed entries must pass besides validation, in this order.</param>
    public EntryRegistry(Snapshot initial, params EntryCheck[] checks)
    {
        _checks = checks;
        _current = initial;
        _versions = ImmutableSortedDictionary<long, Snapshot>.Empty.Add(initial.Version, initial);
    }

    /// <summary>
    /// Raised before a version becomes current, to stop what it no longer has. As for the events below: in order; what
    /// a handler asks to wait for is done before the change goes on; handlers do not block and do not throw; when a change
    /// is taken back all are raised again with both versions swapped.
    /// </summary>
    public event Action<RegistryChange>? Changing;

    /// <summary>Raised when a version has become current.</summary>
    public event Action<RegistryChange>? Changed;

    /// <summary>Raised when all nodes and their hosts have followed, to start what is new.</summary>
    public event Action<RegistryChange>? Settled;

    /// <summary>What puts the values of environment variables into changed entries; null for nothing.</summary>
    public EntrySettlement? Settlement { get; init; }

    /// <summary>The version that counts. Keep the reference to see one consistent version.</summary>
    public Snapshot Current => Volatile.Read(ref _current);

    /// <summary>The versions kept, by number.</summary>
    public ImmutableSortedDictionary<long, Snapshot> Versions => Volatile.Read(ref _versions);

    /// <summary>Applies operations as one: all of them or none. The new version has the highest number so far plus one.</summary>
    /// <param name="operations">In any order; several on one entry take effect one after the other.</param>
    /// <param name="guard">Asked before anything is validated; null for no restriction.</param>
    public Task<ApplyResult> ApplyAsync(IReadOnlyList<EntryChange> operations, EntryGuard? guard = null) => InOrder(async () =>
    {
        if (operations.Count == 0) return ApplyResult.Refused(new Error(ErrorKind.Invalid, "no changes to apply"));
        var problems = new ProblemList();
        var entries = ChangeSet.Perform(Current.Entries, operations, problems);
        if (guard?.Invoke(Current.Entries, entries) is { } refusal) return ApplyResult.Refused(refusal);
        if (Settlement is not null) entries = Settlement(entries, problems);
        EntryValidator.Validate(entries, problems);
        foreach (var check in _checks) check(entries, problems);

        var found = problems.Sorted();
        if (problems.HasErrors)
        {
            var errors = found.Where(problem => problem.Severity == Severity.Error);
            return ApplyResult.Refused(new Error(ErrorKind.Internal, string.Join('\n', errors)));
        }
        var changed = operations.Select(operation => operation.Id).ToHashSet();
        var warnings = found.Where(problem => problem.Entry is { } id && changed.Contains(id)).ToList();
        var next = Current.Next(Versions.Keys.Last() + 1, entries);
        var error = await MoveToAsync(next).ConfigureAwait(false);
        return error is null ? new ApplyResult(next, null, warnings) : ApplyResult.Refused(error);
    });

    /// <summary>Makes a version current that was current before; its number stays what it is.</summary>
    /// <param name="version">Its number.</param>
    /// <param name="guard">As for <see cref="ApplyAsync"/>.</param>
    public Task<ApplyResult> ApplyVersionAsync(long version, EntryGuard? guard = null) => InOrder(async () =>
    {
        if (!Versions.TryGetValue(version, out var wanted)) return ApplyResult.Refused(NoVersion(version));
        var error = guard?.Invoke(Current.Entries, wanted.Entries);
        if (error is null && !ReferenceEquals(wanted, Current)) error = await MoveToAsync(wanted).ConfigureAwait(false);
        return error is null ? new ApplyResult(wanted, null, []) : ApplyResult.Refused(error);
    });

    /// <summary>Follows the registry of another node of the same app: makes the version current that it has made current.</summary>
    /// <param name="from">Number of the version that <paramref name="changes"/> start from: 0, or the one current here.</param>
    /// <param name="version">Number of the version they lead to.</param>
    /// <param name="changes">Validated there.</param>
    /// <param name="isFirst">Whether nothing was followed before, so that only version 0 is known to be the same.</param>
    /// <returns>Completes when it has taken effect here. It is never taken back.</returns>
    public Task<ApplyResult> FollowAsync(long from, long version, IReadOnlyList<EntryChange> changes, bool isFirst) => InOrder(async () =>
    {
        var start = isFirst ? Versions[0] : Current;
        if (start.Version != from) throw new InvalidOperationException($"changes from v{from} to v{version} do not fit v{start.Version}, which is current here");
        if (isFirst) Volatile.Write(ref _versions, Versions.Clear().Add(0, Versions[0]));
        var next = Versions.GetValueOrDefault(version) ?? start.Next(version, Settle(ChangeSet.Perform(start.Entries, changes, new ProblemList())));
        var error = await PublishAsync(new RegistryChange(Current, next)).ConfigureAwait(false);
        Remember(next);
        return new ApplyResult(next, error, []);
    });

    /// <summary>The complaint about a version that does not exist, or no longer.</summary>
    public Error NoVersion(long version)
    {
        var versions = Versions;
        return new Error(ErrorKind.NotFound, $"version v{version} not found (there are v{versions.Keys.First()} to v{versions.Keys.Last()})");
    }

    // With the variables of this node; one that has no value here leaves its field out.
    private ImmutableSortedDictionary<EntryId, Entry> Settle(ImmutableSortedDictionary<EntryId, Entry> entries) => Settlement?.Invoke(entries, new ProblemList()) ?? entries;

    private async Task<Error?> MoveToAsync(Snapshot next)
    {
        var before = Current;
        var error = await PublishAsync(new RegistryChange(before, next)).ConfigureAwait(false);
        if (error is null)
        {
            Remember(next);
            return null;
        }
        await PublishAsync(new RegistryChange(next, before)).ConfigureAwait(false);
        return error with { Kind = ErrorKind.Internal };
    }

    // All phases run even if one has failed: what takes the change back undoes all of them.
    private async Task<Error?> PublishAsync(RegistryChange change)
    {
        Changing?.Invoke(change);
        var error = await change.DoneAsync().ConfigureAwait(false);
        Volatile.Write(ref _current, change.After);
        Changed?.Invoke(change);
        var followed = await change.DoneAsync().ConfigureAwait(false);
        Settled?.Invoke(change);
        return error ?? followed ?? await change.DoneAsync().ConfigureAwait(false);
    }

    private void Remember(Snapshot version)
    {
        var versions = Versions.SetItem(version.Version, version);
        if (versions.Count > MaxVersions + 1) versions = versions.Remove(versions.Keys.First(number => number > 0));
        Volatile.Write(ref _versions, versions);
    }

    // Runs at once, on this thread, when nothing else is under way.
    private Task<ApplyResult> InOrder(Func<Task<ApplyResult>> change)
    {
        TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_lock)
        {
            before = _last;
            _last = turn.Task;
        }
        return RunAsync();

        async Task<ApplyResult> RunAsync()
        {
            await before.ConfigureAwait(false);
            try
            {
                return await change().ConfigureAwait(false);
            }
            finally
            {
                turn.SetResult();
            }
        }
    }
}
