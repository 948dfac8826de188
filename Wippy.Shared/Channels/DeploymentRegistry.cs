using Wippy.Shared.Errors;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Channels;

/// <summary>
/// The registry on a node that does not write it: it follows every version that the system node makes current, and asks
/// the system node for changes. Any thread.
/// </summary>
internal sealed class DeploymentRegistry(Node node) : IRegistryWriter
{
    private volatile Channel? _system;
    private volatile Task _followed = Task.CompletedTask;   // written by the system channel's receiving thread
    private long _version;                                  // likewise: the version it was told last

    private static ApplyResult Unavailable { get; } =
        ApplyResult.Refused(new Error(ErrorKind.Unavailable, "the registry cannot be changed: the system node is not connected", Retryable: true));

    /// <summary>Completes when what was received so far has taken effect.</summary>
    public Task Followed => _followed;

    /// <inheritdoc/>
    public Task<ApplyResult> ApplyAsync(IReadOnlyList<EntryChange> operations, Process caller) =>
        AskAsync(RegistryAction.Apply, caller, 0, operations);

    /// <inheritdoc/>
    public Task<ApplyResult> ApplyVersionAsync(long version, Process caller) =>
        AskAsync(RegistryAction.ApplyVersion, caller, version, []);

    /// <summary>The system node is connected. Before its first frame.</summary>
    public void Connected(Channel system) => _system = system;

    /// <summary>The system node is lost.</summary>
    public void Disconnected() => _system = null;

    /// <summary>Takes a version that the system node has made current.</summary>
    public void TakeChange(Channel from, ref MessagePackReader fields)
    {
        var request = fields.ReadUInt64();
        var isFirst = fields.ReadBoolean();
        var start = fields.ReadInt64();
        var version = fields.ReadInt64();
        var changes = EntryFrames.ReadChanges(ref fields);
        if (start != (isFirst ? 0 : _version)) throw new ChannelException($"changes from registry version {start} after version {_version}");
        _version = version;
        _followed = FollowAsync();

        async Task FollowAsync()
        {
            var result = await node.Registry.FollowAsync(start, version, changes, isFirst).ConfigureAwait(false);
            from.Answer(request, new Reply(result.Error));
        }
    }

    private async Task<ApplyResult> AskAsync(RegistryAction action, Process caller, long version, IReadOnlyList<EntryChange> changes)
    {
        if (_system is not { } system) return Unavailable;
        var answered = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ChangeRegistry(action, caller, version, changes, answered.SetResult);
        var reply = await answered.Task.ConfigureAwait(false);
        if (reply.Error is { } error) return ApplyResult.Refused(error);
        // The change came before the reply.
        await _followed.ConfigureAwait(false);
        return new ApplyResult(reply.Version is { } number ? node.Registry.Versions.GetValueOrDefault(number) : null, null, []);
    }
}
