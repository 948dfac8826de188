using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Channels;

/// <summary>Tells what may happen to any connection from what is a bug of this node.</summary>
internal static partial class ConnectionFailure
{
    /// <summary>Whether it is the network's or the other side's doing; if not, it is logged as a bug.</summary>
    public static bool IsExpected(Exception exception, ILogger logger)
    {
        if (exception is ChannelException or MessagePackException or IOException or SocketException or ObjectDisposedException) return true;
        Log.Bug(logger, exception);
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(1447, LogLevel.Error, "a connection to another node failed")]
        public static partial void Bug(ILogger logger, Exception exception);
    }
}
