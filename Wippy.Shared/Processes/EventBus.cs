using System.Collections.Immutable;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Security;

namespace Wippy.Shared.Processes;

/// <summary>
/// The publish/subscribe bus of a node: events go to every process that has subscribed, here and on connected nodes.
/// Best effort: nothing is stored, and a subscriber whose mailbox is full misses events. Events of one sender arrive in
/// the order sent. Any thread.
/// </summary>
/// <remarks>
/// An event arrives as a message with the topic of its subscription and a payload <c>[system, kind, path]</c> or
/// <c>[system, kind, path, data]</c>, so mailboxes bound events like any other mail.
/// </remarks>
internal sealed class EventBus(Node node)
{
    private const string SendAction = "events.send";

    // What the runtime itself speaks as; a user process that could would be believed.
    private static readonly string[] RuntimeSystems = ["supervisor", "registry", "process", "logs"];

    private ImmutableArray<EventSubscription> _subscriptions = [];
    private long _lastTopic;

    /// <summary>Begins a subscription: the process hears every event sent after this returns.</summary>
    /// <param name="subscriber">Who; it must <see cref="Unsubscribe"/> before it ends.</param>
    /// <param name="system">Pattern: a star at the end stands for any rest.</param>
    /// <param name="kind">Likewise.</param>
    public EventSubscription Subscribe(Process subscriber, string system, string kind)
    {
        var topic = Topic.Of($"@events/{Interlocked.Increment(ref _lastTopic)}");
        var subscription = new EventSubscription(subscriber, system, kind, topic);
        ImmutableInterlocked.Update(ref _subscriptions, static (all, added) => all.Add(added), subscription);
        return subscription;
    }

    /// <summary>Ends a subscription; what is under way may still arrive.</summary>
    public void Unsubscribe(EventSubscription subscription) =>
        ImmutableInterlocked.Update(ref _subscriptions, static (all, gone) => all.Remove(gone), subscription);

    /// <summary>
    /// Tells the subscribers what the runtime has done. What the system node publishes reaches all nodes, what another
    /// node publishes its own processes: so news of the whole deployment is published on the system node alone.
    /// </summary>
    /// <param name="system">One of the runtime's own, for example <c>supervisor</c>.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="path">To what.</param>
    /// <param name="data">More about it, of the types of <see cref="PayloadValues"/>; null for nothing. Not asked when nobody could hear.</param>
    public void Publish(string system, string kind, string path, Func<object>? data = null)
    {
        if (_subscriptions.IsEmpty && node.Peers.IsEmpty) return;
        using var buffer = new ByteBuffer();
        if (data is not null)
        {
            var writer = new MessagePackWriter(buffer);
            PayloadValues.Write(ref writer, data());
            writer.Flush();
        }
        var news = new Event(system, kind, path, buffer.WrittenSpan);
        Deliver(news, Pid.None, null);
        if (!IsSystemNode) return;
        foreach (var peer in node.Peers.Values) peer.Publish(null, news);
    }

    /// <summary>Sends an event of a program.</summary>
    /// <returns>Why not; null also when nobody hears it.</returns>
    public Error? Send(Process sender, in Event news)
    {
        if (!sender.Permits(SendAction, news.System) || (sender.Host.Zone == Zone.User && IsReserved(news.System)))
        {
            return new Error(ErrorKind.Invalid, $"not allowed to send events: {news.System}");
        }
        Deliver(news, sender.Pid, new EventOrigin(EndOf(sender), sender.Security.Actor, null));
        foreach (var peer in node.Peers.Values)
        {
            // The peer asks its own policies; this only spares what no policy entry allows.
            if (!node.ChannelPolicy.IsClosed(sender.Host.Zone, peer.Zone, SendAction)) peer.Publish(sender, news);
        }
        return null;
    }

    /// <summary>Whether the user zone may not speak as this system.</summary>
    public static bool IsReserved(string system) => RuntimeSystems.Contains(system);

    /// <summary>Hands an event to the subscribers of this node.</summary>
    /// <param name="news">What.</param>
    /// <param name="source">The sender; none for the runtime.</param>
    /// <param name="origin">Where it comes from, for the policy between the zones; null for the runtime, which none restricts.</param>
    public void Deliver(in Event news, in Pid source, EventOrigin? origin)
    {
        ByteBuffer? payload = null;
        foreach (var subscription in _subscriptions)
        {
            if (!subscription.Covers(news) || !Passes(news, origin, subscription.Subscriber)) continue;
            payload ??= Encode(news);
            Post(subscription, Message.Create(source, subscription.Topic, payload.WrittenSpan));
        }
        payload?.Dispose();
    }

    private bool IsSystemNode => node.Hosts.Any(host => host.Zone == Zone.System);

    private void Post(EventSubscription subscription, Message message)
    {
        var result = subscription.Subscriber.Post(message);
        if (result == PostResult.Posted) return;
        if (result == PostResult.Full) node.DeadLetters.Add(message.Source, subscription.Subscriber.Pid, message.Topic.ToString(), ProcessErrors.MailboxFull.Message);
        message.Release();
    }

    private bool Passes(in Event news, EventOrigin? origin, Process subscriber)
    {
        if (origin is not { } from || node.ChannelPolicy.IsOpen(from.End.Zone, subscriber.Host.Zone, SendAction)) return true;
        var crossing = new Crossing(from.End, EndOf(subscriber), SendAction, news.System, null, from.Actor) { ClaimedActor = from.ClaimedActor };
        if (crossing.IsAllowedBy(node.ChannelPolicy, out var decidedBy)) return true;
        node.Denials.Add(crossing, decidedBy);
        return false;
    }

    private CrossingEnd EndOf(Process process) => new(node.Name, process.Host.Zone, process.Host.Name, process.Entry.ToString());

    private static ByteBuffer Encode(in Event news)
    {
        var buffer = new ByteBuffer();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(news.Data.IsEmpty ? 3 : 4);
        writer.Write(news.System);
        writer.Write(news.Kind);
        writer.Write(news.Path);
        writer.WriteRaw(news.Data);
        writer.Flush();
        return buffer;
    }
}

/// <summary>Where an event comes from, as the policies between zones see it.</summary>
/// <param name="End">The sender's end.</param>
/// <param name="Actor">Who acts; null = nobody in particular.</param>
/// <param name="ClaimedActor">See <see cref="Crossing.ClaimedActor"/>.</param>
internal readonly record struct EventOrigin(CrossingEnd End, Actor? Actor, string? ClaimedActor);
