using Wippy.Shared.Errors;

namespace Wippy.Shared.Processes;

/// <summary>A message as a native process sees it.</summary>
/// <param name="Topic">What it is about.</param>
/// <param name="From">PID of the sender; empty for the runtime.</param>
/// <param name="Values">The payload.</param>
public sealed record NativeMessage(string Topic, string From, IReadOnlyList<object?> Values);

/// <summary>Kinds of <see cref="NativeEvent"/>.</summary>
public enum NativeEventKind
{
    /// <summary>A monitored process ended.</summary>
    Exit,

    /// <summary>A linked process ended with an error.</summary>
    LinkDown,

    /// <summary>Somebody asks this process to end.</summary>
    Cancel,

    /// <summary>The registry has changed the entry.</summary>
    Outdated,
}

/// <summary>News about a process.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="From">PID of the process that ended or asks.</param>
/// <param name="At">When.</param>
/// <param name="Value">What it returned, if it ended well.</param>
/// <param name="Error">Why it failed, if it did.</param>
/// <param name="Reason">Why it is asked to end.</param>
/// <param name="Sources">The entries that have changed.</param>
public sealed record NativeEvent(
    NativeEventKind Kind, string From, DateTimeOffset At, object? Value, Error? Error, string Reason, IReadOnlyList<string> Sources);

/// <summary>What ties a parent to the process it starts.</summary>
[Flags]
public enum SpawnRelation
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The parent is told of its end.</summary>
    Monitored = 1,

    /// <summary>An error of one ends the other.</summary>
    Linked = 2,
}
