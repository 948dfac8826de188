namespace Wippy.Shared.Channels;

/// <summary>A peer broke the protocol, or one side refused the other. The connection ends with it; nothing else does.</summary>
internal sealed class ChannelException(string message) : Exception(message);
