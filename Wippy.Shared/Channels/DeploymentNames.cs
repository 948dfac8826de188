using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Channels;

/// <summary>
/// Names on a node that is not the authority: look-ups answer from a copy which the system node keeps up to date,
/// everything else is a request to it. While it is away, look-ups still find processes of nodes that can be reached.
/// The copy learns of the end of a process by way of the system node, later than those who watch it; so what is known to have ended is
/// passed over. Any thread.
/// </summary>
internal sealed partial class DeploymentNames(Node node) : INames
{
    private readonly ILogger _logger = node.Loggers.CreateLogger<DeploymentNames>();
    private List<(string Name, Pid Pid)>? _arriving;   // names of a snapshot not yet complete; the system channel's receiving thread
    private ConcurrentDictionary<string, Pid> _names = new(StringComparer.Ordinal);
    private ConcurrentDictionary<Pid, int> _holders = new();   // how many of the names each has; the system channel's receiving thread writes
    private readonly ConcurrentDictionary<Pid, bool> _ended = new();   // holders that have ended
    private volatile Channel? _system;

    private static Error Unavailable { get; } =
        new(ErrorKind.Unavailable, "names cannot be changed: the system node is not connected", Retryable: true);

    /// <inheritdoc/>
    public void Register(string name, in Pid pid, in NameCaller caller, Action<Error?> done)
    {
        if (_system is { } system) system.Register(name, pid, caller.Pid, done);
        else done(Unavailable);
    }

    /// <inheritdoc/>
    public bool TryLookup(string name, out Pid pid)
    {
        if (!_names.TryGetValue(name, out pid) || _ended.ContainsKey(pid)) return false;
        return _system is not null || pid.Node == node.Name || node.Peers.ContainsKey(pid.Node);
    }

    /// <inheritdoc/>
    public void Unregister(string name, in NameCaller caller, Action<bool, Error?> done)
    {
        if (_system is { } system) system.Unregister(name, caller.Pid, done);
        else done(false, Unavailable);
    }

    /// <inheritdoc/>
    public void ReleaseAll(in Pid pid)
    {
        Ended(pid);
        if (_system is { } system)
        {
            system.Release(pid);
            return;
        }
        // Nobody will tell us to forget them, and they must not be registered again.
        foreach (var held in _names)
        {
            if (held.Value == pid) _names.TryRemove(held);
        }
    }

    /// <inheritdoc/>
    public void Ended(in Pid pid)
    {
        if (!_holders.ContainsKey(pid)) return;
        _ended[pid] = true;
        // Its last name may have gone before this was noted.
        if (!_holders.ContainsKey(pid)) _ended.TryRemove(pid, out _);
    }

    /// <summary>The system node is connected: names of processes here are registered with it again. Before its first frame.</summary>
    public void Connected(Channel system)
    {
        _arriving = null;
        _system = system;
        foreach (var (name, pid) in _names)
        {
            if (pid.Node != node.Name || !node.Processes.TryGet(pid, out _)) continue;
            var lost = name;
            system.Register(name, pid, pid, error =>
            {
                if (error is not null) Log.NotRegistered(_logger, lost, error.Message);
            });
        }
    }

    /// <summary>The system node is lost.</summary>
    public void Disconnected() => _system = null;

    /// <summary>Takes one part of all names.</summary>
    /// <returns>Whether it was the last.</returns>
    public bool TakeNames(ref MessagePackReader fields)
    {
        _arriving ??= [];
        for (var left = fields.ReadArrayHeader(); left > 0; left--)
        {
            if (fields.ReadArrayHeader() != 2) throw new ChannelException("a name that is not two elements");
            _arriving.Add((fields.ReadString(), FrameFields.ReadPid(ref fields)));
            fields.LeaveContainer();
        }
        fields.LeaveContainer();
        if (!fields.ReadBoolean()) return false;
        _names = new(_arriving.Select(held => KeyValuePair.Create(held.Name, held.Pid)), StringComparer.Ordinal);
        _holders = new(_arriving.GroupBy(held => held.Pid).Select(group => KeyValuePair.Create(group.Key, group.Count())));
        foreach (var pid in _ended.Keys)
        {
            if (!_holders.ContainsKey(pid)) _ended.TryRemove(pid, out _);
        }
        _arriving = null;
        return true;
    }

    /// <summary>Takes a change of one name.</summary>
    public void TakeChange(ref MessagePackReader fields)
    {
        var name = fields.ReadString();
        var pid = FrameFields.ReadPid(ref fields);
        var isKnown = _names.TryGetValue(name, out var before);
        if (pid.IsNone)
        {
            _names.TryRemove(name, out _);
        }
        else
        {
            _holders[pid] = _holders.GetValueOrDefault(pid) + 1;
            _names[name] = pid;
        }
        if (isKnown) Forget(before);
        if (pid.IsNone || pid.Node != node.Name) return;
        // The process notes that it has to give the name back at its end; if that is over already, do it now.
        node.HoldsName(pid);
        Interlocked.MemoryBarrier();
        if (!node.Processes.TryGet(pid, out _)) _system?.Release(pid);
    }

    private void Forget(in Pid holder)
    {
        var left = _holders.GetValueOrDefault(holder) - 1;
        if (left > 0)
        {
            _holders[holder] = left;
            return;
        }
        _holders.TryRemove(holder, out _);
        _ended.TryRemove(holder, out _);
    }

    private static partial class Log
    {
        [LoggerMessage(1421, LogLevel.Warning, "name '{Name}' could not be registered again: {Error}")]
        public static partial void NotRegistered(ILogger logger, string name, string error);
    }
}
