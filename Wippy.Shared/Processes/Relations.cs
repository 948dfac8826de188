using Wippy.Shared.Errors;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Processes;

/// <summary>
/// Monitors and links of one process. Guarded by a lock on itself, held for moments only: signals are sent after it
/// is released. Closing it decides, once and for all watchers, that the process has ended.
/// </summary>
internal sealed class Relations
{
    private List<Pid>? _watchers;
    private HashSet<Pid>? _watching;
    private HashSet<Pid>? _links;
    private bool _closed;

    /// <summary>Adds somebody who wants to know of this process's end. Any thread.</summary>
    /// <returns>False when it has ended.</returns>
    public bool TryAddWatcher(in Pid watcher)
    {
        lock (this)
        {
            if (_closed) return false;
            (_watchers ??= new List<Pid>(1)).Add(watcher);
            return true;
        }
    }

    /// <summary>Removes a watcher, if it is one. Any thread.</summary>
    public void RemoveWatcher(in Pid watcher)
    {
        lock (this) _watchers?.Remove(watcher);
    }

    /// <summary>Notes that this process watches another. Any thread.</summary>
    /// <returns>Null, or why not: it has ended, or watches that one already.</returns>
    public Error? StartWatching(in Pid target)
    {
        lock (this)
        {
            if (_closed) return ProcessErrors.NotRegistered;
            return (_watching ??= []).Add(target) ? null : ProcessErrors.AlreadyMonitoring;
        }
    }

    /// <summary>Notes that it no longer does. Any thread.</summary>
    /// <returns>Whether it did.</returns>
    public bool StopWatching(in Pid target)
    {
        lock (this) return _watching is not null && _watching.Remove(target);
    }

    /// <summary>Adds one direction of a link; adding it again changes nothing. Any thread.</summary>
    /// <returns>False when this process has ended.</returns>
    public bool TryAddLink(in Pid other)
    {
        lock (this)
        {
            if (_closed) return false;
            (_links ??= []).Add(other);
            return true;
        }
    }

    /// <summary>Removes one direction of a link, if there is one. Any thread.</summary>
    /// <returns>Whether there was one.</returns>
    public bool RemoveLink(in Pid other)
    {
        lock (this) return _links is not null && _links.Remove(other);
    }

    /// <summary>Everybody related to this process, for those who show it. Any thread.</summary>
    public RelatedProcesses Snapshot()
    {
        lock (this) return Copy();
    }

    /// <summary>Refuses new relations from now on. By the process, once, when it ends.</summary>
    /// <returns>Who has to be told.</returns>
    public RelatedProcesses Close()
    {
        lock (this)
        {
            _closed = true;
            var all = Copy();
            (_watchers, _watching, _links) = (null, null, null);
            return all;
        }
    }

    private RelatedProcesses Copy() => new(
        _watchers is null ? [] : [.. _watchers],
        _watching is null ? [] : [.. _watching],
        _links is null ? [] : [.. _links]);
}

/// <summary>The other ends of a process's relations.</summary>
/// <param name="Watchers">Who monitors it.</param>
/// <param name="Watching">Whom it monitors.</param>
/// <param name="Links">Whom it is linked to.</param>
internal readonly record struct RelatedProcesses(Pid[] Watchers, Pid[] Watching, Pid[] Links)
{
    /// <summary>Nobody.</summary>
    public static RelatedProcesses None { get; } = new([], [], []);
}
