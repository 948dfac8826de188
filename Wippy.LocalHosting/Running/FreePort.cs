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
                using var probe = Bind(0);
                var port = ((IPEndPoint)probe.LocalEndPoint!).Port;
                if (Handed.Add(port))
                    return port;
            }
        }
    }

    /// <summary>Whether nobody listens on a loopback port.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var probe = Bind(port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
