using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Security;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Channels;

/// <summary>Takes a frame that is about the deployment: names, members. The reader stands at its first field.</summary>
internal delegate void DeploymentFrameHandler(Channel from, FrameType type, ref MessagePackReader fields);

/// <summary>
/// What the frames of one peer do here. The peer is trusted with what it proved, its zone, and with nothing it claims:
/// every frame names a process of that node as its source, every request passes the policy between the two zones, and
/// an actor or scope from the user zone counts on user hosts only, elsewhere if it may speak for him (<see cref="IssuedActors"/>). EXIT, LINK_DOWN and replies pass: they matter only to
/// those who asked. One thread at a time.
/// </summary>
internal sealed partial class ChannelReceiver(Node node, Channel channel, DeploymentFrameHandler deployment)
{
    private long _denials;   // any thread

    /// <summary>What the policies of this side have refused the peer. Any thread.</summary>
    public long Denials => Interlocked.Read(ref _denials);

    private readonly ILogger _logger = node.Loggers.CreateLogger<ChannelReceiver>();
    private readonly LogThrottle _throttle = new(node.Clock);
    private readonly NameCache _names = new();
    private readonly AllowedSends _allowedSends = new();
    private readonly KnownSends _knownSends = new();
    private ulong _lastSequence;
    private long _bytes;

    /// <summary>The last frame that was handled; the same over all connections of the session. Any thread.</summary>
    public ulong LastSequence => Volatile.Read(ref _lastSequence);

    /// <summary>What arrived so far. Any thread.</summary>
    public FrameCount Received => new((long)Volatile.Read(ref _lastSequence), Volatile.Read(ref _bytes));

    /// <summary>Does what a frame says.</summary>
    /// <exception cref="ChannelException">It breaks the protocol: the channel cannot go on.</exception>
    /// <exception cref="MessagePackException">Likewise.</exception>
    public void Handle(ReadOnlySpan<byte> frame)
    {
        var reader = new MessagePackReader(frame);
        var type = FrameReader.ReadHeader(ref reader, out var sequence);
        if (type == FrameType.Heartbeat)
        {
            // About the connection, so not numbered: it is not repeated on the next one.
            if (sequence != 0) throw new ChannelException($"heartbeat with number {sequence}");
            channel.HeardHeartbeat(reader.ReadInt32(), reader.ReadUInt64());
        }
        else
        {
            if (!channel.IsInStep) throw new ChannelException($"{type} frame before the first heartbeat");
            if (sequence != _lastSequence + 1) throw new ChannelException($"frame number {sequence} after {_lastSequence}");
            Volatile.Write(ref _lastSequence, sequence);
            Volatile.Write(ref _bytes, _bytes + frame.Length);
            if (type == FrameType.Send)
            {
                Send(frame[reader.Consumed..]);
                return;
            }
            Handle(type, ref reader);
        }
        CheckEnd(type, reader, frame);
    }

    private static void CheckEnd(FrameType type, in MessagePackReader reader, ReadOnlySpan<byte> input)
    {
        if (!reader.End) throw new ChannelException($"{type} frame with {input.Length - reader.Consumed} bytes too many");
    }

    private void Handle(FrameType type, ref MessagePackReader reader)
    {
        switch (type)
        {
            case FrameType.Event: Event(ref reader); break;
            case FrameType.Signal: Signal(ref reader); break;
            case FrameType.Ask: Ask(ref reader); break;
            case FrameType.Spawn: Spawn(ref reader); break;
            case FrameType.Reply: Reply(ref reader); break;
            case FrameType.Result: Result(ref reader); break;
            case FrameType.Goodbye: channel.HeardGoodbye(reader.ReadString()); break;
            default: deployment(channel, type, ref reader); break;
        }
    }

    private void Send(ReadOnlySpan<byte> fields)
    {
        var policy = node.ChannelPolicy;
        if (_knownSends.Find(fields, policy) is { } known)
        {
            var rest = new MessagePackReader(fields[known.Head.Length..]);
            var content = rest.ReadRaw();
            var cause = FrameFields.ReadTrace(ref rest);
            CheckEnd(FrameType.Send, rest, fields);
            Deliver(known.From, known.Target.Pid, known.Target, known.Topic, content, cause);
            return;
        }
        var reader = new MessagePackReader(fields);
        var from = FrameFields.ReadPid(ref reader, _names);
        var entry = _names.TextOf(reader.ReadStringSpan());
        var actor = reader.ReadRaw();
        var to = FrameFields.ReadPid(ref reader, _names);
        var topic = Topic.Of(reader.ReadStringSpan());
        var head = fields[..reader.Consumed];
        var payload = reader.ReadRaw();
        var trace = FrameFields.ReadTrace(ref reader);
        CheckEnd(FrameType.Send, reader, fields);

        // Without a source a message is of the peer all the same, and judged so.
        var source = from.IsNone ? new Pid(channel.Name, "", 0) : from;
        var refusal = topic.IsReserved ? $"topic '{topic}' is reserved" : Misaddressed(source, to);
        if (refusal is not null)
        {
            Refuse(FrameType.Send, refusal);
            return;
        }
        const string Action = "process.send";
        node.Processes.TryGet(to, out var process);
        var zone = process?.Host.Zone ?? node.Router.ZoneOf(to);
        var hasActor = actor is not [MessagePackCode.Nil];
        var isOpen = policy.IsOpen(channel.Zone, zone, Action);
        if (!isOpen)
        {
            var key = new AllowedSends.Key(from.Host, entry, to, process?.Entry, topic);
            if (hasActor || !_allowedSends.Contains(policy, key))
            {
                var end = new CrossingEnd(node.Name, zone, to.Host, process?.Entry.ToString());
                if (!Passes(Action, from, entry, ReadActor(actor), false, end, to.ToString(), topic))
                {
                    channel.HasRefused();
                    if (trace is not null) TraceDenial(trace, to, topic);
                    return;
                }
                if (!hasActor) _allowedSends.Add(key);
            }
        }
        // An actor's attributes, as they were issued, could be different the next time.
        if (process is not null && (isOpen || !hasActor)) _knownSends.Add(new KnownSends.Send(head.ToArray(), policy, from, topic, process, process.Entry));
        Deliver(from, to, process, topic, payload, trace);
    }

    private void Deliver(in Pid from, in Pid to, Processes.Process? target, Topic topic, ReadOnlySpan<byte> payload, TraceContext? trace)
    {
        var message = Message.Create(from, topic, payload);
        message.Trace = trace;
        node.Router.Deliver(to, target, message);
    }

    private void Event(ref MessagePackReader reader)
    {
        var from = FrameFields.ReadPid(ref reader, _names);
        var entry = _names.TextOf(reader.ReadStringSpan());
        var actor = FrameFields.ReadActor(ref reader);
        var system = _names.TextOf(reader.ReadStringSpan());
        var kind = _names.TextOf(reader.ReadStringSpan());
        var path = reader.ReadString();
        var news = new Event(system, kind, path, FrameFields.ReadResult(ref reader));

        var refusal = from.IsNone && channel.Zone != Zone.System ? "only the runtime of the system node sends events in nobody's name"
            : !from.IsNone && from.Node != channel.Name ? $"{from} is no process of it"
            : channel.Zone == Zone.User && EventBus.IsReserved(system) ? $"the user zone does not speak as '{system}'"
            : null;
        if (refusal is not null)
        {
            Refuse(FrameType.Event, refusal);
            return;
        }
        if (from.IsNone)
        {
            node.Events.Deliver(news, from, null);
            return;
        }
        var end = new CrossingEnd(channel.Name, channel.Zone, from.Host, entry);
        node.Events.Deliver(news, from, new EventOrigin(end, Believe(actor), actor?.Id));
    }

    private void Signal(ref MessagePackReader reader)
    {
        var kind = (SignalKind)reader.ReadInt32();
        var from = FrameFields.ReadPid(ref reader, _names);
        var to = FrameFields.ReadPid(ref reader, _names);
        var at = reader.ReadDateTimeOffset();
        var value = FrameFields.ReadResult(ref reader);
        var error = FrameFields.ReadError(ref reader);

        // CANCEL is a request and comes as one, so that the policies are asked.
        if (kind is not (SignalKind.Exit or SignalKind.LinkDown)) throw new ChannelException($"signal of kind {(byte)kind}");
        if (Misaddressed(from, to) is { } refusal)
        {
            Refuse(FrameType.Signal, refusal);
            return;
        }
        node.Names.Ended(from);
        node.Router.Deliver(to, new Signal(kind, from, at) { Result = new ExitResult(value, error) });
    }

    private void Ask(ref MessagePackReader reader)
    {
        var request = reader.ReadUInt64();
        var kind = (AskKind)reader.ReadInt32();
        var from = FrameFields.ReadPid(ref reader, _names);
        var entry = _names.TextOf(reader.ReadStringSpan());
        var actor = FrameFields.ReadActor(ref reader);
        var to = FrameFields.ReadPid(ref reader, _names);
        var reason = reader.ReadString();

        if (kind is < AskKind.Monitor or > AskKind.Terminate) throw new ChannelException($"request of kind {(byte)kind}");
        // The peer's runtime ends what it has started; all else is asked by a process, which wants to hear of it.
        if (from.IsNone && kind == AskKind.Terminate) from = new Pid(channel.Name, "", 0);
        if (Misaddressed(from, to) is { } refusal)
        {
            Refuse(FrameType.Ask, refusal, request);
            return;
        }
        var ask = new Ask(kind, from, to, reason);
        channel.Answer(request, new Reply(Passes(ask, entry, actor) ? node.Router.Accept(ask) : ProcessErrors.NotAllowed(ask.Verb, to.ToString())));
    }

    private bool Passes(in Ask ask, string entry, Actor? actor)
    {
        // Ends only what the asking process has begun.
        if (ask.Kind is AskKind.Unmonitor or AskKind.Unlink) return true;
        node.Processes.TryGet(ask.To, out var process);
        var zone = process?.Host.Zone ?? node.Router.ZoneOf(ask.To);
        if (node.ChannelPolicy.IsOpen(channel.Zone, zone, ask.Action)) return true;
        var end = new CrossingEnd(node.Name, zone, ask.To.Host, process?.Entry.ToString());
        return Passes(ask.Action, ask.From, entry, actor, false, end, ask.To.ToString(), null);
    }

    private void Spawn(ref MessagePackReader reader)
    {
        var request = reader.ReadUInt64();
        var parent = FrameFields.ReadPid(ref reader, _names);
        var parentEntry = _names.TextOf(reader.ReadStringSpan());
        var actor = FrameFields.ReadActor(ref reader);
        var scope = FrameFields.ReadScope(ref reader);
        var context = FrameFields.ReadContext(ref reader);
        var entryText = reader.ReadString();
        var hostText = reader.ReadString();
        var monitor = reader.ReadBoolean();
        var link = reader.ReadBoolean();
        var isExec = reader.ReadBoolean();
        var hasResult = reader.ReadBoolean();
        var name = reader.TryReadNil() ? null : reader.ReadString();
        var messages = FrameFields.ReadMessages(ref reader);
        var arguments = reader.ReadRaw();
        var trace = FrameFields.ReadTrace(ref reader);
        var service = FrameFields.ReadService(ref reader);

        if (service is not null && channel.Zone != Zone.System) throw new ChannelException("a service that is not started by the system node");
        if (parent.IsNone && (monitor || link)) throw new ChannelException("a process without parent cannot be monitored or linked by it");
        if (!parent.IsNone && parent.Node != channel.Name)
        {
            Refuse(FrameType.Spawn, $"{parent} is no process of it", request);
            return;
        }
        if (!EntryId.TryParse(entryText, out var entry) || !EntryId.TryParse(hostText, out var hostId)) throw new ChannelException($"'{entryText}' or '{hostText}' is not an entry id");
        if (!node.TryGetHost(hostId, out var host))
        {
            channel.Answer(request, new Reply(ProcessErrors.HostNotFound));
            return;
        }
        var end = new CrossingEnd(node.Name, host!.Zone, host.Name, entryText);
        var speaksFor = IsTrusted || host.Zone == Zone.User;
        // Nothing of it is made before it is allowed.
        SpawnRequest Of(Payload given, SecurityContext by) => new()
        {
            Entry = entry,
            Host = hostId,
            Arguments = given,
            Trace = trace,
            Parent = parent,
            Monitor = monitor,
            Link = link,
            Security = by,
            Context = context,
            Name = name,
            Messages = messages,
            Service = service,
            Reply = (pid, error) => Spawned(request, parent, link, service is not null, pid, error),
            IsExec = isExec,
            Ended = hasResult ? result => channel.SendResult(request, result) : null,
        };
        foreach (var (action, resource) in Of(default, default).Needs)
        {
            if (node.ChannelPolicy.IsOpen(channel.Zone, host.Zone, action) || Passes(action, parent, parentEntry, actor, speaksFor, end, resource, null)) continue;
            channel.Answer(request, new Reply(ProcessErrors.SpawnDenied(hostId, isExec)));
            return;
        }
        var security = default(SecurityContext);
        if (speaksFor && TryContext(actor, scope, out security) is { } unknown)
        {
            channel.Answer(request, new Reply(unknown));
            return;
        }
        host.Spawn(Of(Payload.Copy(arguments), security));
    }

    // On a worker: the child is initialised, or there is none.
    private void Spawned(ulong request, in Pid parent, bool link, bool isService, in Pid child, Error? error)
    {
        channel.Answer(request, new Reply(error, child));
        if (error is not null || !channel.IsEnding) return;
        // No supervisor has heard of it, and the next one may have been told of all others already.
        if (isService) node.Router.Terminate(child);
        if (!link) return;
        // The channel's end may have come before the link was there to be broken by it.
        var lost = ExitResult.Failed(ProcessErrors.NodeDown(channel.Name));
        node.Router.Deliver(child, new Signal(SignalKind.LinkDown, parent, node.Clock.GetUtcNow()) { Result = lost });
    }

    private void Reply(ref MessagePackReader reader)
    {
        var request = reader.ReadUInt64();
        var error = FrameFields.ReadError(ref reader);
        var found = reader.NextMessagePackType == MessagePackType.Boolean && reader.ReadBoolean();
        long? version = !found && reader.NextMessagePackType == MessagePackType.Integer ? reader.ReadInt64() : null;
        var pid = found || version is not null ? Pid.None : FrameFields.ReadPid(ref reader, _names);
        if (error is null && !pid.IsNone && pid.Node != channel.Name) throw new ChannelException($"it says that it started {pid}");
        if (!channel.TryComplete(request, new Reply(error, pid, found, version))) throw new ChannelException($"a reply to request {request}, which does not wait for one");
    }

    private void Result(ref MessagePackReader reader)
    {
        var request = reader.ReadUInt64();
        var value = FrameFields.ReadResult(ref reader);
        var error = FrameFields.ReadError(ref reader);
        if (!channel.TryComplete(request, new Reply(null, Result: new ExitResult(value, error)))) throw new ChannelException($"a result for request {request}, which does not wait for one");
    }

    // The sender's trace shows where its message ended.
    private void TraceDenial(TraceContext trace, in Pid to, Topic topic)
    {
        if (RuntimeTracing.Start($"{topic} {RuntimeTracing.Denied}", ActivityKind.Consumer, trace) is not { } span) return;
        span.SetTag(RuntimeTracing.Decision, RuntimeTracing.Denied)
            .SetTag(RuntimeTracing.Resource, to.ToString())
            .SetTag(RuntimeTracing.Topic, topic.ToString())
            .SetStatus(ActivityStatusCode.Error, "denied by policy");
        RuntimeTracing.Stop(span);
    }

    // Whether an actor is taken for what the other side says.
    private bool IsTrusted => channel.Zone != Zone.User;

    private Actor? Believe(Actor? claimed) => channel.Issued.Believe(claimed, channel.Zone, node.Policies);

    private bool Passes(string action, in Pid from, string entry, Actor? actor, bool isTaken, in CrossingEnd to, string resource, Topic? topic)
    {
        var source = new CrossingEnd(channel.Name, channel.Zone, from.Host, entry);
        var crossing = new Crossing(source, to, action, resource, topic?.ToString(), isTaken ? actor : Believe(actor)) { ClaimedActor = actor?.Id };
        if (crossing.IsAllowedBy(node.ChannelPolicy, out var decidedBy)) return true;
        node.Denials.Add(crossing, decidedBy);
        Interlocked.Increment(ref _denials);
        return false;
    }

    // A scope is only ever what its policies are here: one that is unknown would be a rule that does not hold.
    private Error? TryContext(Actor? actor, string[]? scope, out SecurityContext context)
    {
        context = default;
        var policies = new List<Policy>();
        foreach (var text in scope ?? [])
        {
            if (!EntryId.TryParse(text, out var id) || !node.Policies.TryGetPolicy(id, out var policy))
            {
                return new Error(ErrorKind.PermissionDenied, $"policy {text} of the caller's scope is unknown on node {node.Name}");
            }
            policies.Add(policy);
        }
        context = new SecurityContext(actor, scope is null ? null : Scope.Of(policies));
        return null;
    }

    private static Actor? ReadActor(ReadOnlySpan<byte> raw)
    {
        var reader = new MessagePackReader(raw);
        return FrameFields.ReadActor(ref reader);
    }

    // The source must be a process of the peer, the target one of this node.
    private string? Misaddressed(in Pid from, in Pid to)
    {
        if (from.Node != channel.Name) return $"{from} is no process of it";
        return to.Node == node.Name ? null : $"{to} is no process of this node";
    }

    private void Refuse(FrameType type, string why, ulong request = 0)
    {
        node.Denials.AddForged();
        if (request == 0) channel.HasRefused();
        if (_throttle.Allows(channel.Name, type.ToString(), why)) Log.Refused(_logger, type, channel.Name, why);
        channel.Answer(request, new Reply(new Error(ErrorKind.PermissionDenied, why)));
    }

    private static partial class Log
    {
        [LoggerMessage(1411, LogLevel.Warning, "{Type} frame from node {Peer} refused: {Why}")]
        public static partial void Refused(ILogger logger, FrameType type, string peer, string why);
    }
}
