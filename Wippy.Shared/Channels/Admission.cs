using Microsoft.Extensions.Logging;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Channels;

/// <summary>
/// Who may connect to this node. A node other than the system node lets in only what the system node has announced: a key
/// is shared by two zones, so by it alone a node of one could pose as a node of the other. Any thread.
/// </summary>
/// <param name="node">Name of this node.</param>
/// <param name="declared">What a node without an app is sent.</param>
/// <param name="options">Its zone, and times.</param>
/// <param name="keys">What it can prove.</param>
/// <param name="introduce">What it says of itself.</param>
/// <param name="sessions">Those there are.</param>
/// <param name="members">Whom the system node has announced.</param>
/// <param name="clock">All time comes from here.</param>
/// <param name="logger">Where it logs.</param>
/// <param name="stopping">Ends all handshakes.</param>
internal sealed partial class Admission(
    string node,
    Snapshot declared,
    ChannelOptions options,
    ChannelKeys keys,
    Func<Hello> introduce,
    Sessions sessions,
    Membership members,
    TimeProvider clock,
    ILogger logger,
    CancellationToken stopping)
{
    private readonly LogThrottle _throttle = new(clock);
    private readonly HandshakeSlots<Connection> _slots = new(options.MaxHandshakes);

    /// <summary>The listener's handshake. Never throws.</summary>
    /// <returns>Who begins a session, with its name reserved; null when it goes on with one, has got the entries, or was refused.</returns>
    public async Task<Hello?> AdmitAsync(Connection connection)
    {
        var reserved = "";
        if (_slots.Enter(connection, out var displaced))
        {
            displaced.Dispose();
            if (_throttle.Allows("displaced", "", "")) Log.Displaced(logger, displaced.Remote, introduce().Address, options.MaxHandshakes);
        }
        try
        {
            return await Handshake.WithinAsync(options.HandshakeTimeout, clock, stopping, async limited =>
            {
                if (options.Tls is { } tls) await connection.SecureAsync(tls.AcceptAsync, limited);
                var theirs = await new Handshake(connection, keys).AcceptAsync(introduce(), CheckAsync, limited);
                if (theirs.Resumes)
                {
                    if (sessions.Find(theirs)?.TryResume(connection) != true) connection.Dispose();
                    return null;
                }
                if (!theirs.WantsEntries) return theirs;
                await EntryFrames.SendAsync(connection, declared, options.MaxFrameBytes, limited);
                connection.Dispose();
                return null;
            });
        }
        catch (Exception exception)
        {
            if (reserved.Length > 0) sessions.Release(reserved);
            connection.Dispose();
            if (!stopping.IsCancellationRequested && _throttle.Allows("handshake", exception.Message, "") && ConnectionFailure.IsExpected(exception, logger))
            {
                Log.HandshakeFailed(logger, connection.Remote, introduce().Address, exception.Message);
            }
            return null;
        }
        finally
        {
            _slots.Leave(connection);
        }

        async Task<string?> CheckAsync(Hello theirs)
        {
            if ((_slots.Prove(connection, theirs.Zone) ?? await RefusalAsync(theirs)) is { } refusal) return refusal;
            if (!theirs.Resumes && !theirs.WantsEntries) reserved = theirs.Node;
            return null;
        }
    }

    // The other side has proved its zone. If its session may begin, its name is reserved.
    private async Task<string?> RefusalAsync(Hello theirs)
    {
        if (theirs.Resumes) return sessions.Find(theirs) is null ? $"there is no session of node {theirs.Node} to go on with" : null;
        if (theirs.WantsEntries) return options.Zone == Zone.System ? null : "only the system node gives entries";
        if (!Member.Dials(theirs.Node, theirs.Zone, node, options.Zone))
        {
            return $"node {theirs.Node} of zone {theirs.Zone.ToText()} is dialled by {node} of zone {options.Zone.ToText()}, not the other way round";
        }
        if (options.Zone != Zone.System && !await IsAnnouncedAsync(theirs))
        {
            return $"the system node has not announced a node {theirs.Node} of zone {theirs.Zone.ToText()}";
        }
        await sessions.PartFromEarlierAsync(theirs);
        return sessions.Reserve(theirs);
    }

    private async Task<bool> IsAnnouncedAsync(Hello theirs)
    {
        using var limit = new CancellationTokenSource(options.HandshakeTimeout / 2, clock);
        return await members.HasAsync(theirs.Node, theirs.Zone, limit.Token);
    }

    private static partial class Log
    {
        [LoggerMessage(1431, LogLevel.Warning, "connection from {Remote} to {Address} closed: {Limit} newer ones are proving who they are (MaxHandshakes)")]
        public static partial void Displaced(ILogger logger, string remote, string address, int limit);

        [LoggerMessage(1446, LogLevel.Warning, "handshake with {Remote} on {Address} failed: {Problem}")]
        public static partial void HandshakeFailed(ILogger logger, string remote, string address, string problem);
    }
}
