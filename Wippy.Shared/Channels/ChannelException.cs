namespace Wippy.Shared.Channels;

/// <summary>A peer broke the protocol, or one side refused the other. The connection ends with it; nothing else does.</summary>
internal class ChannelException(string message) : Exception(message);

/// <summary>The other side said in the handshake that it does not want this node, or not this session.</summary>
internal sealed class RefusedException(string message) : ChannelException(message);
