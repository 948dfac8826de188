using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Channels;

/// <summary>
/// Connections of a node to others: the first one of a session, and those that come after a cut, which one side dials
/// and the other one waits for. Any thread.
/// </summary>
/// <param name="options">Times.</param>
/// <param name="keys">What this node can prove.</param>
/// <param name="introduce">What it says of itself.</param>
/// <param name="clock">All time comes from here.</param>
/// <param name="logger">For bugs.</param>
/// <param name="stopping">Ends all attempts.</param>
internal sealed class Dialler(ChannelOptions options, ChannelKeys keys, Func<Hello> introduce, TimeProvider clock, ILogger logger, CancellationToken stopping)
{
    // The first attempt to go on after a cut comes after so small a part of the usual delay.
    private const int FirstRedialDivisor = 64;

    /// <summary>Dials a node and proves both sides to each other.</summary>
    /// <param name="member">Which one; without a name whoever listens there.</param>
    /// <param name="zone">The zone that it has to prove.</param>
    /// <exception cref="ChannelException">Refused, or another node.</exception>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public Task<(Hello Theirs, Connection Connection)> DialAsync(Member member, Zone zone) => ConnectAsync(member.Address, zone, introduce(), theirs =>
    {
        if (member.Name.Length > 0 && theirs.Node != member.Name) throw new ChannelException($"node {theirs.Node} listens there instead of {member.Name}");
    });

    /// <summary>Dials again and again within the time of grace, in growing distances. See <see cref="Reconnect"/>.</summary>
    public async Task<Connection?> RedialAsync(Channel channel, string address, CancellationToken grace)
    {
        var own = introduce() with { Session = channel.Peer.Session, Resumes = true };
        for (var delay = options.RedialDelay / FirstRedialDivisor; ; delay = Min(delay * 2, options.RedialDelay))
        {
            await Task.Delay(delay, clock, grace);
            try
            {
                // A node that has started again does not know the session; nor does any other that listens there now.
                var (_, connection) = await ConnectAsync(address, channel.Zone, own, theirs =>
                {
                    if (!channel.IsOf(theirs)) throw new RefusedException($"node {theirs.Node} listens there instead of {channel.Name}");
                });
                return connection;
            }
            catch (Exception exception) when (exception is RefusedException or SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                return null;   // whoever has the session listens as long as it lives
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                _ = ConnectionFailure.IsExpected(exception, logger);   // the cut was logged, and so is what becomes of it
            }
        }
    }

    /// <summary>Waits for the other side to dial. It may have died: then nobody listens where it listened. See <see cref="Reconnect"/>.</summary>
    public async Task<Connection?> AwaitRedialAsync(Channel channel, CancellationToken grace)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(grace);
        var resumed = channel.ResumedAsync(over.Token);
        if (channel.Peer.Address.Length == 0) return await resumed;
        while (true)
        {
            await Task.WhenAny(resumed, Task.Delay(options.RedialDelay, clock, over.Token));
            if (resumed.IsCompleted) return await resumed;
            if (await ListensAsync(channel.Peer.Address, grace)) continue;
            await over.CancelAsync();
            return resumed.IsCompletedSuccessfully ? await resumed : null;
        }
    }

    private static async Task<bool> ListensAsync(string address, CancellationToken cancellation)
    {
        try
        {
            using var connection = await Connection.DialAsync(ChannelOptions.EndpointScheme + address, tls: null, cancellation);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or ChannelException)
        {
            return exception is not SocketException { SocketErrorCode: SocketError.ConnectionRefused };
        }
    }

    private Task<(Hello Theirs, Connection Connection)> ConnectAsync(string address, Zone zone, Hello own, Action<Hello> check) => Handshake.WithinAsync(options.HandshakeTimeout, clock, stopping, async limited =>
    {
        var connection = await Connection.DialAsync(ChannelOptions.EndpointScheme + address, options.Tls, limited);
        try
        {
            var theirs = await new Handshake(connection, keys).OpenAsync(own, zone, limited);
            check(theirs);
            return (theirs, connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
