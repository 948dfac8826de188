using System.Collections.Immutable;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Channels;

/// <summary>Which nodes the deployment has, as the system node says. One writer at a time; any thread reads.</summary>
internal sealed class Membership
{
    private readonly Lock _lock = new();
    private ImmutableDictionary<string, Member> _members = ImmutableDictionary.Create<string, Member>(StringComparer.Ordinal);   // guarded by _lock
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);                               // likewise

    /// <summary>All of them, in no particular order.</summary>
    public IReadOnlyCollection<Member> All
    {
        get
        {
            lock (_lock) return [.. _members.Values];
        }
    }

    /// <summary>A node by its name; null when there is none.</summary>
    public Member? Find(string name)
    {
        lock (_lock) return _members.GetValueOrDefault(name);
    }

    /// <summary>Replaces all of them.</summary>
    public void Replace(IEnumerable<Member> members)
    {
        lock (_lock)
        {
            _members = _members.Clear().SetItems(members.Select(member => KeyValuePair.Create(member.Name, member)));
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits for a node to be announced: its own connection may be faster than the announcement.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="zone">The zone it has proved.</param>
    /// <param name="limit">Ends the wait.</param>
    /// <returns>Whether it is a member of that zone.</returns>
    public async Task<bool> HasAsync(string name, Zone zone, CancellationToken limit)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_members.TryGetValue(name, out var member)) return member.Zone == zone;
                changed = _changed.Task;
            }
            await changed.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (limit.IsCancellationRequested) return false;
        }
    }
}
