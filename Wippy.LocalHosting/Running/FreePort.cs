using System.Net;
using System.Net.Sockets;

namespace Wippy.LocalHosting;

/// <summary>Finds ports that nobody listens on.</summary>
internal static class FreePort
{
    private static readonly HashSet<int> Handed = [];

    /// <summary>
    /// A free loopback port. It is only free, not held: the process it is meant for binds it later, and nobody else is told
    /// about it in this AppHost.
    /// </summary>
    public static int Next()
    {
        lock (Handed)
        {
            while (true)
            {
                using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                var port = ((IPEndPoint)probe.LocalEndPoint!).Port;
                if (Handed.Add(port))
                    return port;
            }
        }
    }
}
