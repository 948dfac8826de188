namespace Wippy.Shared.Registry;

/// <summary>The current version of the entries: one reference, replaced as a whole.</summary>
/// <param name="initial">What readers see before the first publication.</param>
internal sealed class EntryRegistry(Snapshot initial)
{
    private Snapshot _current = initial; // written by Publish, read by any thread

    /// <summary>
    /// Raised after a publication with the version before and the new one, on the publisher's thread, in order.
    /// Handlers are quick and do not throw.
    /// </summary>
    public event Action<Snapshot, Snapshot>? Published;

    /// <summary>The latest version. Any thread; keep the reference to see one consistent version.</summary>
    public Snapshot Current => Volatile.Read(ref _current);

    /// <summary>Makes a version current. One publisher at a time.</summary>
    /// <param name="next">Of the same app (a system node that restarted may hand out a lower version number).</param>
    /// <exception cref="ArgumentException">The snapshot belongs to another app.</exception>
    public void Publish(Snapshot next)
    {
        var previous = Current;
        if (next.BaseHash != previous.BaseHash)
        {
            throw new ArgumentException($"snapshot v{next.Version} has base {next.BaseHash}, this node runs {previous.BaseHash}", nameof(next));
        }
        Volatile.Write(ref _current, next);
        Published?.Invoke(previous, next);
    }
}
