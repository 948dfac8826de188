using System.Diagnostics.CodeAnalysis;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Channels;

/// <summary>
/// Connections on their way in, bounded so that nobody keeps others out: as long as a connection has proved nothing, a newer one
/// takes its place when there are too many; afterwards it counts to its zone, which has a bound of its own. Any thread.
/// </summary>
/// <typeparam name="TConnection">A connection, known by its identity.</typeparam>
/// <param name="limit">How many may be proving, and how many of one zone may be past that and not through.</param>
internal sealed class HandshakeSlots<TConnection>(int limit)
    where TConnection : class
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TConnection> _proving = [];         // oldest first; guarded by _lock, like the others
    private readonly Dictionary<TConnection, Zone> _proved = [];
    private readonly Dictionary<Zone, int> _ofZone = [];

    /// <summary>A connection has come.</summary>
    /// <param name="connection">Until <see cref="Leave"/>.</param>
    /// <param name="displaced">Whose place it takes: to be closed.</param>
    /// <returns>Whether there were too many.</returns>
    public bool Enter(TConnection connection, [NotNullWhen(true)] out TConnection? displaced)
    {
        displaced = null;
        lock (_lock)
        {
            _proving.AddLast(connection);
            if (_proving.Count <= limit) return false;
            displaced = _proving.First!.Value;
            _proving.RemoveFirst();
            return true;
        }
    }

    /// <summary>It has proved its zone.</summary>
    /// <returns>Null when it may go on; else why not.</returns>
    public string? Prove(TConnection connection, Zone zone)
    {
        lock (_lock)
        {
            var count = _ofZone.GetValueOrDefault(zone);
            if (!_proving.Remove(connection)) return $"{limit} newer connections are proving (MaxHandshakes)";
            if (count >= limit) return $"{limit} nodes of zone {zone.ToText()} are joining already (MaxHandshakes)";
            _ofZone[zone] = count + 1;
            _proved.Add(connection, zone);
            return null;
        }
    }

    /// <summary>It is through, or closed.</summary>
    public void Leave(TConnection connection)
    {
        lock (_lock)
        {
            _proving.Remove(connection);
            if (_proved.Remove(connection, out var zone)) _ofZone[zone]--;
        }
    }
}
