using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Shared.Channels;

/// <summary>What another node asks the system node to do with the registry.</summary>
internal enum RegistryAction : byte
{
    Apply = 1,
    ApplyVersion = 2,
}

/// <summary>
/// The system node's side of the registry: every version that becomes current goes to all nodes, in order, and the change
/// counts as applied when all have followed. A node's request is answered after the change was sent to it. Any thread.
/// </summary>
internal sealed partial class RegistryAuthority
{
    private readonly Node _node;
    private readonly RegistryWriter _writer;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly List<Channel> _nodes = [];   // guarded by _lock
    private Snapshot _announced;                  // likewise: what all of them were sent last

    public RegistryAuthority(Node node)
    {
        _node = node;
        _writer = new RegistryWriter(node);
        _logger = node.Loggers.CreateLogger<RegistryAuthority>();
        _announced = node.Registry.Current;
        node.Registry.Changed += change => change.WaitFor(SpreadAsync(change));
    }

    /// <summary>Sends the current version to a node, and every one that follows.</summary>
    public void Join(Channel channel)
    {
        lock (_lock)
        {
            var changes = ChangeSet.Between(_node.Registry.Versions[0].Entries, _announced.Entries).Changes;
            channel.SendRegistryChange(isFirst: true, 0, _announced.Version, changes, error => CutOffIf(error, channel));
            _nodes.Add(channel);
        }
    }

    /// <summary>A node is gone.</summary>
    public void Leave(Channel channel)
    {
        lock (_lock) _nodes.Remove(channel);
    }

    /// <summary>Takes a request of a node.</summary>
    public void Handle(Channel from, ref MessagePackReader fields)
    {
        var request = fields.ReadUInt64();
        var action = (RegistryAction)fields.ReadInt32();
        var pid = FrameFields.ReadPid(ref fields);
        var entry = fields.ReadString();
        var actor = FrameFields.ReadActor(ref fields);
        var version = fields.ReadInt64();
        var changes = EntryFrames.ReadChanges(ref fields);
        if (action is not (RegistryAction.Apply or RegistryAction.ApplyVersion)) throw new ChannelException($"registry request of kind {(byte)action}");
        if (pid.Node != from.Name)
        {
            from.Answer(request, new Reply(new Error(ErrorKind.PermissionDenied, $"{pid} is no process of it")));
            return;
        }
        // A user node speaks for nobody: its actors are attributes, never identities.
        var isTrusted = from.Zone != Zone.User;
        var end = new CrossingEnd(from.Name, from.Zone, pid.Host, entry);
        var result = action == RegistryAction.Apply
            ? _writer.ApplyAsync(changes, end, isTrusted ? actor : null, actor?.Id)
            : _writer.ApplyVersionAsync(version, end, isTrusted ? actor : null, actor?.Id);
        _ = AnswerAsync(from, request, result);
    }

    private static async Task AnswerAsync(Channel from, ulong request, Task<ApplyResult> applying)
    {
        var result = await applying.ConfigureAwait(false);
        from.Answer(request, new Reply(result.Error, Version: result.Version?.Version));
    }

    // A node that could not follow takes the change back for all; one that is lost meanwhile follows when it joins again.
    private async Task<Error?> SpreadAsync(RegistryChange change)
    {
        var following = new List<Task<Error?>>();
        lock (_lock)
        {
            foreach (var channel in _nodes)
            {
                var followed = new TaskCompletionSource<Error?>(TaskCreationOptions.RunContinuationsAsynchronously);
                following.Add(followed.Task);
                channel.SendRegistryChange(isFirst: false, change.Before.Version, change.After.Version, change.Changes.Changes, error =>
                    followed.SetResult(error is null || channel.IsEnding ? null : error with { Message = $"node {channel.Name}: {error.Message}" }));
            }
            _announced = change.After;
        }
        var errors = await Task.WhenAll(following).ConfigureAwait(false);
        return Array.Find(errors, error => error is not null);
    }

    // It would run another app than all others.
    private void CutOffIf(Error? error, Channel channel)
    {
        if (error is null || channel.IsEnding) return;
        Log.NotFollowed(_logger, channel.Name, error.Message);
        channel.Abort($"it does not follow the registry: {error.Message}");
    }

    private static partial class Log
    {
        [LoggerMessage(1431, LogLevel.Error, "node {Node} does not follow the registry: {Error}")]
        public static partial void NotFollowed(ILogger logger, string node, string error);
    }
}
