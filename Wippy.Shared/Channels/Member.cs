using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Channels;

/// <summary>A node of the deployment, as the system node announces it: <c>[name, zone, address]</c>.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Zone">Its zone, proved to the system node.</param>
/// <param name="Address">Where it listens, <c>host:port</c>; empty when nobody dials it.</param>
internal sealed record Member(string Name, Zone Zone, string Address)
{
    private const int Fields = 3;

    /// <summary>
    /// Whether a node dials another: everybody the system node, terminals the user nodes, and of two user nodes the one
    /// whose name comes first. So each pair has one connection.
    /// </summary>
    public static bool Dials(string name, Zone zone, string otherName, Zone otherZone) => (zone, otherZone) switch
    {
        (Zone.User or Zone.Terminal, Zone.System) => true,
        (Zone.Terminal, Zone.User) => true,
        (Zone.User, Zone.User) => string.CompareOrdinal(name, otherName) < 0,
        _ => false,
    };

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(Fields);
        writer.Write(Name);
        writer.Write(Zone.ToText());
        writer.Write(Address);
    }

    public static List<Member> ReadAll(ref MessagePackReader reader)
    {
        var members = new List<Member>();
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
        {
            if (reader.ReadArrayHeader() != Fields) throw new ChannelException($"a member that is not {Fields} elements");
            var name = reader.ReadString();
            var zoneText = reader.ReadString();
            if (!Zones.TryParse(zoneText, out var zone)) throw new ChannelException($"'{zoneText}' is not a zone");
            members.Add(new Member(name, zone, reader.ReadString()));
            reader.LeaveContainer();
        }
        reader.LeaveContainer();
        return members;
    }
}
