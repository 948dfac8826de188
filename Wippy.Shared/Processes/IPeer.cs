using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Security;

namespace Wippy.Shared.Processes;

/// <summary>
/// Another node of the deployment, as the process layer sees it. Everything posted for one peer arrives in the order
/// posted by one thread. Any thread; nothing blocks. Callbacks come from the peer's receiving thread, or at once with
/// <see cref="ProcessErrors.NodeDown"/> when it is lost.
/// </summary>
internal interface IPeer
{
    /// <summary>Its node name.</summary>
    string Name { get; }

    /// <summary>Its zone, proved at the handshake.</summary>
    Zone Zone { get; }

    /// <summary>Processes on it when it last said; for placement.</summary>
    int Load { get; }

    /// <summary>Whether it has told which services run on it: none is started there before.</summary>
    bool TakesServices { get; }

    /// <summary>Lets it speak for an actor, as whom a process acts there.</summary>
    void Issue(Actor actor);

    /// <summary>Sends a message; the payload is copied before the call returns.</summary>
    /// <param name="source">Who sends.</param>
    /// <param name="target">Whom to.</param>
    /// <param name="topic">What about.</param>
    /// <param name="payload">A MessagePack array.</param>
    /// <param name="isSigned">Whether the receiver learns who sends.</param>
    /// <returns>Null when handed over, else node down or no credit.</returns>
    Error? TrySend(Process source, in Pid target, Topic topic, ReadOnlySpan<byte> payload, bool isSigned);

    /// <summary>Hands an event to its subscribers; lost when the channel is full.</summary>
    /// <param name="sender">Who sends it; null for the runtime of this node.</param>
    /// <param name="news">Copied before the call returns.</param>
    void Publish(Process? sender, in Event news);

    /// <summary>Sends news about a process of this node to one over there.</summary>
    void Signal(in Pid target, Signal signal);

    /// <summary>Asks it to start a process; the replies go to <see cref="SpawnRequest.Reply"/> and <see cref="SpawnRequest.Ended"/>.</summary>
    void Spawn(SpawnRequest request, Process? sender);

    /// <summary>
    /// Asks it to do the far side of an <see cref="Processes.Ask"/>. Without a sender nobody waits, and
    /// <paramref name="done"/> is not called: a process has ended and its relations over there go.
    /// </summary>
    void Ask(in Ask ask, Process? sender, Action<Error?> done);
}
