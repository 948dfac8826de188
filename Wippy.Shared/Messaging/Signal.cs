using Wippy.Shared.Identity;

namespace Wippy.Shared.Messaging;

/// <summary>What a signal tells.</summary>
internal enum SignalKind : byte
{
    /// <summary>A monitored process ended.</summary>
    Exit = 1,

    /// <summary>A linked process ended with an error.</summary>
    LinkDown = 2,

    /// <summary>Somebody asks the receiver to end.</summary>
    Cancel = 3,

    /// <summary>The code of the receiver has changed; its process knows what. Never leaves the node.</summary>
    Outdated = 4,
}

/// <summary>
/// News from the runtime to one process. Signals share the mailbox with messages, so an EXIT comes after all
/// messages which that process sent before; they are never refused for lack of room. Immutable.
/// </summary>
/// <param name="kind">What happened.</param>
/// <param name="from">The process that ended or asks; <see cref="Pid.None"/> for a stopping host.</param>
/// <param name="at">When.</param>
internal sealed class Signal(SignalKind kind, Pid from, DateTimeOffset at) : MailboxItem
{
    public SignalKind Kind => kind;

    public Pid From => from;

    public DateTimeOffset At => at;

    /// <summary>How it ended; set for <see cref="SignalKind.Exit"/> and <see cref="SignalKind.LinkDown"/>.</summary>
    public ExitResult? Result { get; init; }

    /// <summary>Why; set for <see cref="SignalKind.Cancel"/>, empty if nobody said.</summary>
    public string Reason { get; init; } = "";
}
