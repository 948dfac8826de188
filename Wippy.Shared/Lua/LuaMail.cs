using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Lua;

/// <summary>
/// Where a process's mail goes (reference: process §6): a message to the channel that listens to its topic, else to the
/// inbox once somebody asked for it, else it is kept; signals to the events channel. Order per channel is the order of
/// arrival. Worker of the process only.
/// </summary>
internal sealed class LuaMail(LuaBehavior behavior)
{
    // Kept until there is a subscription; never pushed anywhere from here.
    private LuaFeedChannel? _kept;
    private LuaFeedChannel? _inbox;
    private LuaFeedChannel? _events;
    private Dictionary<Topic, LuaFeedChannel>? _listeners;
    private List<(LuaChannel Target, LuaChannel Listener)>? _bound;   // channels of the program to which topics are bound
    private List<LuaFeedChannel>? _ended;   // listeners that have ended with a value that their reader may still take

    /// <summary>Whether anything could still arrive for the program.</summary>
    public bool HasSubscriptions => _inbox is not null || _events is not null || _listeners is { Count: > 0 };

    /// <summary>Pushes the inbox channel.</summary>
    public void PushInbox(LuaStack stack)
    {
        if (_inbox is null)
        {
            _inbox = Subscribe(stack, LuaMessages.PushMessage, item => item is Message { Topic.IsReserved: false });
            return;
        }
        stack.PushAnchored(LuaAnchors.Channel(_inbox.Slot));
    }

    /// <summary>Pushes the events channel.</summary>
    public void PushEvents(LuaStack stack)
    {
        if (_events is null)
        {
            _events = Subscribe(stack, LuaMessages.PushEvent, item => item is Signal);
            return;
        }
        stack.PushAnchored(LuaAnchors.Channel(_events.Slot));
    }

    /// <summary>Pushes the channel that takes a topic away from the inbox; the same one each time.</summary>
    /// <param name="stack">Where to.</param>
    /// <param name="topic">Exact text.</param>
    /// <param name="asMessages">Whether it yields Message objects instead of payloads; once on, it stays on.</param>
    public void PushListener(LuaStack stack, Topic topic, bool asMessages)
    {
        _listeners ??= [];
        if (_listeners.TryGetValue(topic, out var known))
        {
            if (asMessages) known.Convert = LuaMessages.PushMessage;
            stack.PushAnchored(LuaAnchors.Channel(known.Slot));
            return;
        }
        bool Takes(MailboxItem item) => item is Message message && message.Topic.Equals(topic);
        var waiting = _inbox?.Extract(Takes);
        var channel = Subscribe(stack, asMessages ? LuaMessages.PushMessage : LuaMessages.PushPayload, Takes);
        AddAll(channel, waiting);
        _listeners.Add(topic, channel);
    }

    /// <summary>Pushes a new channel for a topic of the runtime, to which no program can listen by itself.</summary>
    public LuaFeedChannel PushReserved(LuaStack stack, Topic topic, Action<LuaBehavior, LuaStack, MailboxItem> push)
    {
        var channel = behavior.Channels.PushFeed(stack, push);
        stack.PushValue(-1);
        LuaChannels.Keep(stack, channel);
        (_listeners ??= []).Add(topic, channel);
        return channel;
    }

    /// <summary>Whether a channel takes this topic away from the inbox.</summary>
    public bool IsListenedTo(Topic topic) => _listeners is not null && _listeners.ContainsKey(topic);

    /// <summary>Notes that a channel of the program gets what a listener gets.</summary>
    public void Bind(LuaChannel target, LuaChannel listener) => (_bound ??= []).Add((target, listener));

    /// <summary>Ends that for every topic bound to the channel.</summary>
    /// <returns>False when there is none.</returns>
    public bool Unbind(LuaChannel target)
    {
        var bound = _bound?.Where(pair => ReferenceEquals(pair.Target, target)).ToList() ?? [];
        foreach (var pair in bound)
        {
            _bound!.Remove(pair);
            Unlisten(pair.Listener);
        }
        return bound.Count > 0;
    }

    /// <summary>Ends a subscription: closes its channel; what it had not yet delivered goes where it would without it.</summary>
    /// <returns>False when the channel is no subscription.</returns>
    public bool Unlisten(LuaChannel channel)
    {
        var isListener = false;
        if (ReferenceEquals(channel, _inbox)) _inbox = null;
        else if (ReferenceEquals(channel, _events)) _events = null;
        else if (_listeners?.FirstOrDefault(pair => ReferenceEquals(pair.Value, channel)).Key is { } topic) isListener = _listeners.Remove(topic);
        else return false;

        // A listener has a buffer of one, which its reader may still take (reference: process §6.6).
        var feed = (LuaFeedChannel)channel;
        var stays = isListener;
        var undelivered = feed.Extract(_ => !stays || (stays = false));
        if (feed.HasMore)
        {
            _ended ??= [];
            _ended.RemoveAll(ended => !ended.HasMore);
            _ended.Add(feed);
        }
        behavior.Channels.Close(feed);
        behavior.Channels.Release(feed);
        while (undelivered is not null)
        {
            var next = undelivered.Next;
            if (undelivered is Message message) Add(message);
            else Add((Signal)undelivered);
            undelivered = next;
        }
        return true;
    }

    /// <summary>Gives a message its place.</summary>
    public void Add(Message message)
    {
        LuaFeedChannel? channel = null;
        if (_listeners is not null && _listeners.TryGetValue(message.Topic, out channel))
        {
            behavior.Channels.Feed(channel, message);
        }
        else if (message.Topic.IsReserved)
        {
            // Whoever it is for has ended his subscription.
            behavior.Process.Mailbox.Consumed(message);
            message.Release();
        }
        else if (_inbox is not null)
        {
            behavior.Channels.Feed(_inbox, message);
        }
        else
        {
            Keep(message);
        }
    }

    /// <summary>Gives a signal its place.</summary>
    public void Add(Signal signal)
    {
        if (_events is null) Keep(signal);
        else behavior.Channels.Feed(_events, signal);
    }

    /// <summary>Takes out all mail that the program has not received, in order of arrival, linked by <see cref="MailboxItem.Next"/>.</summary>
    /// <param name="underWay">Mail that was on its way to a coroutine.</param>
    public MailboxItem? TakeUndelivered(IEnumerable<MailboxItem> underWay)
    {
        var all = new List<MailboxItem>(underWay);
        foreach (var channel in (IEnumerable<LuaFeedChannel?>)[_kept, _inbox, _events, .. _listeners?.Values ?? Enumerable.Empty<LuaFeedChannel>(), .. _ended ?? []])
        {
            for (var item = channel?.Extract(_ => true); item is not null; item = item.Next) all.Add(item);
        }
        return MailboxItem.InOrder(all);
    }

    private LuaFeedChannel Subscribe(LuaStack stack, Action<LuaBehavior, LuaStack, MailboxItem> push, Predicate<MailboxItem> takes)
    {
        var channel = behavior.Channels.PushFeed(stack, push);
        stack.PushValue(-1);
        LuaChannels.Keep(stack, channel);
        AddAll(channel, _kept?.Extract(takes));
        return channel;
    }

    private void Keep(MailboxItem item)
    {
        _kept ??= new LuaFeedChannel(-1, static (_, _, _) => throw new InvalidOperationException("kept mail is not received from here"));
        _kept.Add(item);
    }

    private static void AddAll(LuaFeedChannel channel, MailboxItem? items)
    {
        while (items is not null)
        {
            var next = items.Next;
            channel.Add(items);
            items = next;
        }
    }
}
