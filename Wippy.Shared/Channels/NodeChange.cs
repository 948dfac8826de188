namespace Wippy.Shared.Channels;

/// <summary>What became of another node, as seen from this one.</summary>
internal enum NodeChange
{
    /// <summary>There is a channel to it.</summary>
    Joined,

    /// <summary>It left in order, or this node did.</summary>
    Left,

    /// <summary>It was lost: its processes count as ended.</summary>
    Down,
}
