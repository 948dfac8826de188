using System.Collections.Immutable;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Channels;

/// <summary>
/// The system node's side of names: its table decides, every change goes to all nodes, and a node's requests are
/// answered after the change it caused was sent to it, so that a caller reads his own write. Any thread.
/// </summary>
internal sealed class NameAuthority
{
    // In one frame; names are short, but nothing makes them so.
    private const int NamesPerFrame = 1_000;

    private readonly Node _node;
    private ImmutableArray<Channel> _nodes = [];

    public NameAuthority(Node node)
    {
        _node = node;
        Names = new NameTable(node.Router.ZoneOf, node.HoldsName, Changed, node.DeniesName);
    }

    /// <summary>The table.</summary>
    public NameTable Names { get; }

    /// <summary>Sends all names to a node, and every change from then on.</summary>
    public void Join(Channel channel) => Names.Snapshot(names =>
    {
        var chunks = names.Chunk(NamesPerFrame).ToList();
        if (chunks.Count == 0) chunks.Add([]);
        for (var i = 0; i < chunks.Count; i++) channel.SendNames(chunks[i], isLast: i == chunks.Count - 1);
        ImmutableInterlocked.Update(ref _nodes, static (nodes, joined) => nodes.Add(joined), channel);
    });

    /// <summary>Frees the names of a node that is gone.</summary>
    public void Leave(Channel channel)
    {
        ImmutableInterlocked.Update(ref _nodes, static (nodes, left) => nodes.Remove(left), channel);
        Names.ReleaseNode(channel.Name);
    }

    /// <summary>Takes a request for a name, or the news that a process has ended.</summary>
    public void Handle(Channel from, FrameType type, ref MessagePackReader fields)
    {
        switch (type)
        {
            case FrameType.Register: Register(from, ref fields); break;
            case FrameType.Unregister: Unregister(from, ref fields); break;
            default: Release(from, ref fields); break;
        }
    }

    private void Register(Channel from, ref MessagePackReader fields)
    {
        var request = fields.ReadUInt64();
        var name = fields.ReadString();
        var pid = FrameFields.ReadPid(ref fields);
        var caller = FrameFields.ReadPid(ref fields);
        if (Refusal(from, name, pid, caller) is { } refusal)
        {
            if (refusal.Kind == ErrorKind.PermissionDenied) _node.Denials.AddForged();
            from.Answer(request, new Reply(refusal));
            return;
        }
        Names.Register(name, pid, new NameCaller(caller, from.Zone), error => from.Answer(request, new Reply(error)));
        // The node may have been lost since it was looked up; then its names were freed before this one was there.
        if (!IsKnown(pid.Node)) Names.ReleaseNode(pid.Node);
    }

    private void Unregister(Channel from, ref MessagePackReader fields)
    {
        var request = fields.ReadUInt64();
        var name = fields.ReadString();
        var caller = FrameFields.ReadPid(ref fields);
        if (caller.Node != from.Name)
        {
            from.Answer(request, new Reply(Foreign(from, caller)));
            return;
        }
        Names.Unregister(name, new NameCaller(caller, from.Zone), (found, error) => from.Answer(request, new Reply(error, Found: found)));
    }

    private void Release(Channel from, ref MessagePackReader fields)
    {
        var pid = FrameFields.ReadPid(ref fields);
        if (pid.Node == from.Name) Names.ReleaseAll(pid);
    }

    private Error? Refusal(Channel from, string name, in Pid pid, in Pid caller)
    {
        if (caller.Node != from.Name) return Foreign(from, caller);
        if (!IsKnown(pid.Node)) return ProcessErrors.NodeNotFound;
        var isTrusted = from.Zone != Zone.User || _node.Router.ZoneOf(pid) == Zone.User;
        return isTrusted ? null : new Error(ErrorKind.PermissionDenied, $"not allowed to register foreign pid {pid} under name \"{name}\"");
    }

    private static Error Foreign(Channel from, in Pid caller) =>
        new(ErrorKind.PermissionDenied, $"{caller} is no process of node {from.Name}");

    private bool IsKnown(string name) => name == _node.Name || _node.Peers.ContainsKey(name);

    // Under the table's lock, so that every node sees all changes in one order.
    private void Changed(string name, Pid? pid)
    {
        foreach (var channel in _nodes) channel.SendNameChanged(name, pid ?? Pid.None);
    }
}
