using Wippy.Shared.Errors;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Processes;

/// <summary>
/// The authority for names: one per deployment, on the system node. One lock, so a race for a name has one winner.
/// Trust decides (DESIGN §8): a name once held by a process of the system or terminal zone is refused to the user
/// zone, and only its owner, whoever registered it, or a more trusted zone frees a name. Any thread.
/// </summary>
internal sealed class NameTable : INames
{
    /// <summary>Characters of a name; at least one.</summary>
    public const int MaxNameLength = 255;

    /// <summary>Names that one process may hold.</summary>
    public const int MaxNamesPerProcess = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<Pid, List<string>> _byPid = [];
    private readonly HashSet<string> _trusted = new(StringComparer.Ordinal);
    private readonly Func<Pid, Zone> _zoneOf;
    private readonly Action<string, Pid?>? _changed;
    private readonly Action<Pid>? _holds;
    private readonly Func<NameCaller, string, string, bool>? _isDenied;

    /// <param name="zoneOf">The zone a process lives in.</param>
    /// <param name="holds">Told, under the lock, which process has got a name.</param>
    /// <param name="changed">Told, under the lock and in order, what a name addresses now; null when it was freed. Must not block.</param>
    /// <param name="isDenied">Whether the policies between zones deny a caller an action on a resource; null for never.</param>
    public NameTable(Func<Pid, Zone> zoneOf, Action<Pid>? holds = null, Action<string, Pid?>? changed = null, Func<NameCaller, string, string, bool>? isDenied = null)
    {
        _isDenied = isDenied;
        _zoneOf = zoneOf;
        _holds = holds;
        _changed = changed;
    }

    /// <inheritdoc/>
    public void Register(string name, in Pid pid, in NameCaller caller, Action<Error?> done) => done(TryRegister(name, pid, caller));

    /// <inheritdoc/>
    public bool TryLookup(string name, out Pid pid)
    {
        lock (_lock)
        {
            var found = _names.TryGetValue(name, out var entry);
            pid = entry.Pid;
            return found;
        }
    }

    /// <inheritdoc/>
    public void Unregister(string name, in NameCaller caller, Action<bool, Error?> done)
    {
        var found = TryUnregister(name, caller, out var error);
        done(found, error);
    }

    /// <inheritdoc/>
    public void ReleaseAll(in Pid pid)
    {
        lock (_lock)
        {
            if (!_byPid.Remove(pid, out var names)) return;
            foreach (var name in names)
            {
                _names.Remove(name);
                _changed?.Invoke(name, null);
            }
        }
    }

    /// <inheritdoc/>
    public void Ended(in Pid pid) => ReleaseAll(pid);

    /// <summary>Frees every name held on a node that was lost.</summary>
    public void ReleaseNode(string node)
    {
        Pid[] lost;
        lock (_lock) lost = [.. _byPid.Keys.Where(pid => pid.Node == node)];
        foreach (var pid in lost) ReleaseAll(pid);
    }

    /// <summary>All names, for a node that joins. <paramref name="atomically"/> runs under the lock, so no change is missed after it.</summary>
    public void Snapshot(Action<IEnumerable<(string Name, Pid Pid)>> atomically)
    {
        lock (_lock) atomically(_names.Select(pair => (pair.Key, pair.Value.Pid)));
    }

    private Error? TryRegister(string name, in Pid pid, in NameCaller caller)
    {
        if (name.Length is 0 or > MaxNameLength)
        {
            return new Error(ErrorKind.Invalid, $"a name has 1 to {MaxNameLength} characters, this one has {name.Length}");
        }
        if (IsDenied(caller, "process.registry.register", name)) return new Error(ErrorKind.PermissionDenied, $"not allowed to register name: {name}");
        if (pid != caller.Pid && IsDenied(caller, "process.registry.foreign", pid.ToString()))
        {
            return new Error(ErrorKind.PermissionDenied, $"not allowed to register foreign pid {pid} under name \"{name}\"");
        }
        var zone = _zoneOf(pid);
        lock (_lock)
        {
            if (_names.TryGetValue(name, out var held)) return held.Pid == pid ? null : ProcessErrors.NameTaken;
            if (zone == Zone.User && _trusted.Contains(name))
            {
                return new Error(ErrorKind.PermissionDenied, $"not allowed to register name: {name} (held before by a trusted process)");
            }
            if (_byPid.TryGetValue(pid, out var names) && names.Count == MaxNamesPerProcess)
            {
                return new Error(ErrorKind.LimitExceeded, $"{pid} holds {MaxNamesPerProcess} names, more are not possible");
            }
            if (zone != Zone.User) _trusted.Add(name);
            _names[name] = new Entry(pid, zone, caller.Pid);
            if (names is null) _byPid[pid] = names = [];
            names.Add(name);
            _holds?.Invoke(pid);
            _changed?.Invoke(name, pid);
            return null;
        }
    }

    private bool TryUnregister(string name, in NameCaller caller, out Error? error)
    {
        error = null;
        if (IsDenied(caller, "process.registry.unregister", name))
        {
            error = new Error(ErrorKind.PermissionDenied, $"not allowed to unregister name: {name}");
            return false;
        }
        lock (_lock)
        {
            if (!_names.TryGetValue(name, out var held)) return false;
            var moreTrusted = held.Zone == Zone.User && caller.Zone != Zone.User;
            if (caller.Pid != held.Pid && caller.Pid != held.Registrar && !moreTrusted)
            {
                error = new Error(ErrorKind.PermissionDenied, $"not allowed to unregister name: {name}");
                return false;
            }
            _names.Remove(name);
            var names = _byPid[held.Pid];
            names.Remove(name);
            if (names.Count == 0) _byPid.Remove(held.Pid);
            _changed?.Invoke(name, null);
            return true;
        }
    }

    private bool IsDenied(in NameCaller caller, string action, string resource) => _isDenied?.Invoke(caller, action, resource) == true;

    private readonly record struct Entry(Pid Pid, Zone Zone, Pid Registrar);
}
