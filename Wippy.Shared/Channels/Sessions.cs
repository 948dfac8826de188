using System.Collections.Concurrent;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Channels;

/// <summary>The channels of a node: which sessions there are, and which may begin. A name has one at a time. Any thread.</summary>
/// <param name="node">Name of this node.</param>
/// <param name="baseHash">The app it runs, which all nodes must.</param>
/// <param name="options">How many there may be.</param>
internal sealed class Sessions(string node, string baseHash, ChannelOptions options)
{
    private readonly ConcurrentDictionary<Channel, Task> _channels = new();
    private readonly Lock _lock = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);   // that have a channel, or are about to; guarded by _lock

    /// <summary>Those that run.</summary>
    public IEnumerable<Channel> Channels => _channels.Keys;

    /// <summary>Completes when all that run now have ended.</summary>
    public Task Ended => Task.WhenAll(_channels.Values);

    /// <summary>Reserves the name of a node that has proved its zone, if its session may begin.</summary>
    /// <returns>Null when it may; else why not.</returns>
    public string? Reserve(Hello theirs)
    {
        if (theirs.BaseHash != baseHash)
        {
            return $"node {theirs.Node} has the app with base hash {theirs.BaseHash}, node {node} has {baseHash}: all nodes must load the same app";
        }
        if (_channels.Keys.Count(channel => channel.Zone == theirs.Zone) >= options.MaxNodesPerZone)
        {
            return $"{options.MaxNodesPerZone} nodes of zone {theirs.Zone.ToText()} are connected already (MaxNodesPerZone)";
        }
        lock (_lock)
        {
            return theirs.Node != node && _names.Add(theirs.Node) ? null : $"a node named {theirs.Node} is connected already";
        }
    }

    /// <summary>Gives back a reserved name.</summary>
    public void Release(string name)
    {
        lock (_lock) _names.Remove(name);
    }

    /// <summary>Notes that a session runs, whose name is reserved.</summary>
    /// <returns>To be completed by <see cref="End"/>.</returns>
    public TaskCompletionSource Begin(Channel channel)
    {
        var done = new TaskCompletionSource();
        _channels[channel] = done.Task;
        return done;
    }

    /// <summary>Forgets a session.</summary>
    public void End(Channel channel, TaskCompletionSource done)
    {
        _channels.TryRemove(channel, out _);
        done.SetResult();
    }

    /// <summary>The session that a node wants to go on with, if it is its own.</summary>
    public Channel? Find(Hello theirs) => _channels.Keys.FirstOrDefault(channel =>
        !channel.IsEnding && channel.Peer.Session == theirs.Session && channel.IsOf(theirs));

    /// <summary>
    /// A node that joins anew will not go on with a session that waits for it, so that one ends. One that is connected stays:
    /// another node may not push it out.
    /// </summary>
    public async Task PartFromEarlierAsync(Hello theirs)
    {
        foreach (var (channel, done) in _channels)
        {
            if (channel.IsConnected || channel.Zone != theirs.Zone || channel.Name != theirs.Node) continue;
            channel.Abort("it joins anew");
            await done;
        }
    }
}
