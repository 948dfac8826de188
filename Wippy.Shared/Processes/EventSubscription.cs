using Wippy.Shared.Messaging;
using Wippy.Shared.Security;

namespace Wippy.Shared.Processes;

/// <summary>What one process wants to hear of. Immutable.</summary>
/// <param name="subscriber">Who hears it.</param>
/// <param name="system">Pattern: a star at the end stands for any rest.</param>
/// <param name="kind">Likewise.</param>
/// <param name="topic">Under which its events arrive; no other mail has it.</param>
internal sealed class EventSubscription(Process subscriber, string system, string kind, Topic topic)
{
    private readonly Pattern _system = new(system);
    private readonly Pattern _kind = new(kind);

    public Process Subscriber => subscriber;

    public Topic Topic => topic;

    public bool Covers(in Event news) => _system.Matches(news.System) && _kind.Matches(news.Kind);
}
