using System.Runtime.CompilerServices;
using System.Text;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Shared.Processes;

/// <summary>
/// The one place that answers "may this sender reach that target, and how", and that tells processes, here and
/// elsewhere, what became of others. Any thread.
/// </summary>
/// <remarks>
/// Two policies are asked (DESIGN §7): the scope of the sending process, always here; and the policy between the two
/// zones, here when the target is local, else by the peer for itself. This node refuses on behalf of a peer only what
/// no policy entry could allow, so that the caller learns of it at once.
/// </remarks>
internal sealed class Router(Node node)
{
    /// <summary>Resolves a destination: the text of a PID, else a registered name.</summary>
    /// <param name="destination">UTF-8.</param>
    /// <param name="pid">Whom it addresses; whether that process lives is not looked at.</param>
    public bool TryResolve(ReadOnlySpan<byte> destination, out Pid pid) => TryResolve(destination, out pid, out _);

    /// <summary>Finds the way to a target for one send.</summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="target">Where to.</param>
    /// <param name="topic">What about.</param>
    /// <param name="shown">The destination as the caller named it, for the error.</param>
    /// <param name="route">The way, when there is no error.</param>
    public Error? TryRoute(Process sender, scoped in Pid target, Topic topic, scoped ReadOnlySpan<byte> shown, out Route route)
    {
        node.Processes.TryGet(target, out var process);
        return TryRoute(sender, target, process, topic, shown, out route);
    }

    /// <summary>Resolves a destination and finds the way to it for one send.</summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="destination">As the caller names it, UTF-8.</param>
    /// <param name="topic">What about.</param>
    /// <param name="route">The way, when there is no error.</param>
    public Error? TryRoute(Process sender, scoped ReadOnlySpan<byte> destination, Topic topic, out Route route)
    {
        var process = sender.LastTarget;
        Pid target;
        // Most messages go where the last one went.
        if (process is not null && process.State != ProcessState.Complete && destination.SequenceEqual(process.PidUtf8))
        {
            target = process.Pid;
        }
        else if (!TryFind(sender, destination, out target, out process))
        {
            route = default;
            return ProcessErrors.Unresolved(Encoding.UTF8.GetString(destination));
        }
        return TryRoute(sender, target, process, topic, destination, out route);
    }

    // Remembers what it finds for the next message.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFind(Process sender, ReadOnlySpan<byte> destination, out Pid target, out Process? process)
    {
        process = null;
        if (sender.LastFarTarget is { } far && destination.SequenceEqual(far.Text))
        {
            target = far.Pid;
            return true;
        }
        if (!TryResolve(destination, out target, out process)) return false;
        if (process is null) node.Processes.TryGet(target, out process);
        sender.LastTarget = process;
        // What a PID's text says never changes, as what a name stands for may.
        if (process is null && target.Node != node.Name && destination[0] == (byte)'{') sender.LastFarTarget = new FarTarget(destination.ToArray(), target);
        return true;
    }

    private bool TryResolve(ReadOnlySpan<byte> destination, out Pid pid, out Process? local)
    {
        local = null;
        if (PidText.TryParse(destination, out var text))
        {
            // Nearly always a live process of this node, whose PID needs no new strings.
            if (node.Processes.TryGet(text.Number, out var process) && text.Is(process.Pid, process.Host.NameUtf8))
            {
                local = process;
                pid = process.Pid;
                return true;
            }
            pid = text.ToPid();
            return true;
        }
        return node.Names.TryLookup(Encoding.UTF8.GetString(destination), out pid);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Error? TryRoute(Process sender, scoped in Pid target, Process? process, Topic topic, scoped ReadOnlySpan<byte> shown, out Route route)
    {
        route = default;
        if (topic.Utf8.Length > Topic.MaxBytes) return ProcessErrors.TopicTooLong(topic);
        if (!MaySend(sender, target, topic, process))
        {
            return ProcessErrors.NotAllowed("send", Encoding.UTF8.GetString(shown));
        }
        if (process is not null)
        {
            if (process.IsEnding) return ProcessErrors.ProcessNotFound;
            route = new Route(process);
            return null;
        }
        var error = TryFindPeer(target, out var peer);
        if (peer is not null) route = new Route(peer, target);
        return error;
    }

    /// <summary>Does what one process of this node asks about another, here or elsewhere.</summary>
    /// <param name="sender">Who asks.</param>
    /// <param name="ask">What.</param>
    /// <param name="shown">The destination as the caller named it, for the error.</param>
    /// <param name="done">Null, or why not. May run before the call returns.</param>
    public void Perform(Process sender, in Ask ask, string shown, Action<Error?> done)
    {
        node.Processes.TryGet(ask.To, out var local);
        if (!sender.Permits(ask.Action, ask.To.ToString(), sender.RequestAttributes) || !Passes(sender, ask.Action, ask.To, local, null))
        {
            done(ProcessErrors.NotAllowed(ask.Verb, shown));
            return;
        }
        if (NearSide(sender, ask) is { } refused)
        {
            done(refused);
            return;
        }
        if (ask.To.Node == node.Name)
        {
            var error = Accept(ask);
            if (error is not null) UndoNearSide(sender, ask);
            done(error);
            return;
        }
        if (TryFindPeer(ask.To, out var peer) is { } unreachable)
        {
            UndoNearSide(sender, ask);
            done(ask.Kind is AskKind.Unmonitor or AskKind.Unlink ? null : unreachable);
            return;
        }
        var asked = ask;
        peer!.Ask(ask, sender, error =>
        {
            if (error is not null) UndoNearSide(sender, asked);
            // The peer knows the target by its PID only; the caller reads the destination as he gave it.
            done(error is { Kind: ErrorKind.PermissionDenied } ? ProcessErrors.NotAllowed(asked.Verb, shown) : error);
        });
    }

    /// <summary>The far side of an ask whose target lives here; policies have been asked.</summary>
    public Error? Accept(in Ask ask)
    {
        // Who is being ended counts as gone, whenever its worker comes to it.
        if (!node.Processes.TryGet(ask.To, out var target) || target.IsEnding)
        {
            return ask.Kind switch
            {
                AskKind.Monitor or AskKind.Link => ProcessErrors.NotRegistered,
                AskKind.Unmonitor or AskKind.Unlink => null,
                _ => ProcessErrors.ProcessNotFound with { Kind = ErrorKind.Internal },
            };
        }
        switch (ask.Kind)
        {
            case AskKind.Monitor:
                return target.Relations.TryAddWatcher(ask.From) ? null : ProcessErrors.NotRegistered;
            case AskKind.Unmonitor:
                target.Relations.RemoveWatcher(ask.From);
                return null;
            case AskKind.Link:
                return target.Relations.TryAddLink(ask.From) ? null : ProcessErrors.NotRegistered;
            case AskKind.Unlink:
                target.Relations.RemoveLink(ask.From);
                return null;
            case AskKind.Cancel:
                var cancel = new Signal(SignalKind.Cancel, ask.From, node.Clock.GetUtcNow()) { Reason = ask.Reason };
                return target.Post(cancel) ? null : ProcessErrors.ProcessNotFound with { Kind = ErrorKind.Internal };
            case AskKind.Terminate:
                target.End(ProcessErrors.Terminated);
                return null;
            default:
                throw new ArgumentOutOfRangeException(nameof(ask), ask.Kind, "not an ask");
        }
    }

    /// <summary>
    /// Starts a process on a host, here or on the least loaded node of the host's zone. Becomes the owner of the
    /// request's arguments; all answers go to <see cref="SpawnRequest.Reply"/>.
    /// </summary>
    /// <param name="request">What to start.</param>
    /// <param name="sender">On whose behalf; null for the runtime itself, which no policy restricts.</param>
    public void Spawn(SpawnRequest request, Process? sender)
    {
        request.Trace ??= sender?.Trace?.Outgoing();
        if (node.TryGetHost(request.Host, out var host))
        {
            if (!PassesSpawn(request, sender, node.Name, host!.Zone, isHere: true)) Refuse(request, ProcessErrors.SpawnDenied(request.Host, request.IsExec));
            else host.Spawn(request, sender);
            return;
        }
        if (!TryZoneOf(request.Host, out var zone))
        {
            Refuse(request, node.Registry.Current.Entries.ContainsKey(request.Host) ? ProcessErrors.NotAHost : ProcessErrors.HostNotFound);
            return;
        }
        var peer = node.Peers.Values.Where(p => p.Zone == zone && (request.Service is null || p.TakesServices)).MinBy(p => p.Load);
        if (peer is null)
        {
            Refuse(request, new Error(ErrorKind.Unavailable, $"no node of zone {zone.ToText()} is connected for host {request.Host}", Retryable: true));
            return;
        }
        if (!PassesSpawn(request, sender, peer.Name, zone, isHere: false)) Refuse(request, ProcessErrors.SpawnDenied(request.Host, request.IsExec));
        else peer.Spawn(request, sender);
    }

    /// <summary>Ends a process, here or elsewhere, on behalf of the runtime. It may have ended.</summary>
    public void Terminate(in Pid pid) => Forget(new Ask(AskKind.Terminate, Pid.None, pid));

    /// <summary>Sets up what a spawn asked for between the child, which is not running yet, and its parent.</summary>
    public void Relate(Process child, SpawnRequest request)
    {
        node.Processes.TryGet(request.Parent, out var parent);
        if (request.Monitor)
        {
            child.Relations.TryAddWatcher(request.Parent);
            parent?.Relations.StartWatching(child.Pid);
        }
        if (!request.Link) return;
        child.Relations.TryAddLink(request.Parent);
        var isLocal = request.Parent.Node == node.Name;
        if (isLocal && (parent is null || !parent.Relations.TryAddLink(child.Pid)))
        {
            child.Post(LinkDown(request.Parent, ExitResult.Failed(ProcessErrors.LinkedProcessFailed)));
        }
    }

    /// <summary>The near side of <see cref="Relate"/> when the child was started by a peer.</summary>
    public void RelateRemote(in Pid child, SpawnRequest request)
    {
        node.Processes.TryGet(request.Parent, out var parent);
        if (request.Monitor) parent?.Relations.StartWatching(child);
        if (!request.Link) return;
        if (parent is null || !parent.Relations.TryAddLink(child))
        {
            Deliver(child, LinkDown(request.Parent, ExitResult.Failed(ProcessErrors.LinkedProcessFailed)));
        }
    }

    /// <summary>
    /// Tells everybody related to a process that it has ended: EXIT first, then LINK_DOWN after an error. What ends because its host
    /// stops is lost to other nodes, however well it has taken that: a service, for one, has to go on elsewhere or later.
    /// </summary>
    /// <returns>The supervisor of a service, which the caller runs when nothing is left to do for the end; null for all other processes.</returns>
    public Process? AnnounceEnd(Process process, in RelatedProcesses related, ExitResult result)
    {
        Process? supervisor = null;
        var isLost = process.Host.State == HostState.Stopping;
        foreach (var watcher in related.Watchers)
        {
            var told = isLost && watcher.Node != node.Name ? ExitResult.Failed(ProcessErrors.NodeDown(node.Name)) : result;
            var waiting = Post(watcher, new Signal(SignalKind.Exit, process.Pid, node.Clock.GetUtcNow()) { Result = told });
            if (process.Service is not null && watcher == process.Parent) supervisor = waiting;
            else waiting?.Wake();
        }
        foreach (var other in related.Links)
        {
            if (result.Error is not null) Deliver(other, LinkDown(process.Pid, result));
            else Forget(new Ask(AskKind.Unlink, process.Pid, other));
        }
        foreach (var watched in related.Watching) Forget(new Ask(AskKind.Unmonitor, process.Pid, watched));
        return supervisor;
    }

    /// <summary>Delivers news to a process, here or elsewhere; it may have ended.</summary>
    public void Deliver(in Pid target, Signal signal) => Post(target, signal)?.Wake();

    // Returns the process of this node that now has to be woken.
    private Process? Post(in Pid target, Signal signal)
    {
        if (node.Processes.TryGet(target, out var process))
        {
            // A monitor or link that was dissolved meanwhile no longer counts, nor does one that a peer only claims.
            if (signal.Kind == SignalKind.Exit && !process.Relations.StopWatching(signal.From)) return null;
            if (signal.Kind == SignalKind.LinkDown && !process.Relations.RemoveLink(signal.From)) return null;
            return process.Mailbox.TryPostInternal(signal) ? process : null;
        }
        if (target.Node != node.Name && node.Peers.TryGetValue(target.Node, out var peer)) peer.Signal(target, signal);
        return null;
    }

    /// <summary>Delivers a message; policies have been asked. Becomes its owner.</summary>
    public void Deliver(in Pid target, Message message)
    {
        node.Processes.TryGet(target, out var process);
        Deliver(target, process, message);
    }

    /// <summary>Delivers a message that came from a peer; policies have been asked. Becomes its owner.</summary>
    /// <param name="target">Whom it is for.</param>
    /// <param name="process">That process; null when there is none.</param>
    /// <param name="message">The message.</param>
    public void Deliver(in Pid target, Process? process, Message message)
    {
        var result = process?.Post(message) ?? PostResult.Closed;
        if (result == PostResult.Posted) return;
        var reason = result == PostResult.Full ? ProcessErrors.MailboxFull : ProcessErrors.ProcessNotFound;
        node.DeadLetters.Add(message.Source, target, message.Topic.ToString(), reason.Message);
        message.Release();
    }

    /// <summary>
    /// Ends every relation with processes of a node that is lost: monitors fire, links break. What a supervisor there has started
    /// here goes on, until another one takes it over or has it end.
    /// </summary>
    public void NodeDown(string name)
    {
        var result = ExitResult.Failed(ProcessErrors.NodeDown(name));
        foreach (var process in node.Processes.All)
        {
            var related = process.Related;
            foreach (var watched in related.Watching)
            {
                if (watched.Node == name) Deliver(process.Pid, new Signal(SignalKind.Exit, watched, node.Clock.GetUtcNow()) { Result = result });
            }
            foreach (var other in related.Links)
            {
                if (other.Node == name) Deliver(process.Pid, LinkDown(other, result));
            }
            foreach (var watcher in related.Watchers)
            {
                if (watcher.Node == name) process.Relations.RemoveWatcher(watcher);
            }
        }
    }

    /// <summary>The zone of a process, by its host here or its node elsewhere; the least trusted when unknown.</summary>
    public Zone ZoneOf(Pid pid)
    {
        if (pid.Node != node.Name) return node.Peers.TryGetValue(pid.Node, out var peer) ? peer.Zone : Zone.User;
        if (node.Processes.TryGet(pid, out var process)) return process.Host.Zone;
        return EntryId.TryParse(pid.Host, out var id) && node.TryGetHost(id, out var host) ? host!.Zone : Zone.User;
    }

    // A policy is asked once for each target of a process, not for each message.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MaySend(Process sender, in Pid target, Topic topic, Process? local)
    {
        const string Action = "process.send";
        var version = sender.Host.PolicyVersion;   // before they are asked: should they change meanwhile, the answer is not kept for the new ones
        var isKnown = local is not null || target.Node == node.Name || node.Peers.ContainsKey(target.Node);
        var crosses = isKnown && !node.ChannelPolicy.IsOpen(sender.Host.Zone, local?.Host.Zone ?? ZoneOf(target), Action);
        if (!crosses && sender.ActsFreely) return true;
        var allowed = sender.AllowedSends;
        if (allowed.Contains(target, local?.Entry, topic, crosses, version)) return true;
        if (!sender.Permits(Action, target.ToString(), sender.RequestAttributes) || (crosses && !Passes(sender, Action, target, local, topic))) return false;
        allowed.Add(target, local?.Entry, topic, crosses, version);
        return true;
    }

    private bool Passes(Process sender, string action, in Pid target, Process? local, Topic? topic)
    {
        var isHere = local is not null || target.Node == node.Name;
        if (!isHere && !node.Peers.ContainsKey(target.Node)) return true;
        var to = local?.Host.Zone ?? ZoneOf(target);
        if (node.ChannelPolicy.IsOpen(sender.Host.Zone, to, action)) return true;
        var end = new CrossingEnd(isHere ? node.Name : target.Node, to, target.Host, local?.Entry.ToString());
        return Passes(sender, action, target.ToString(), end, topic, isHere);
    }

    private bool PassesSpawn(SpawnRequest request, Process? sender, string toNode, Zone to, bool isHere)
    {
        if (sender is null || node.ChannelPolicy.IsOpen(sender.Host.Zone, to)) return true;
        var end = new CrossingEnd(toNode, to, request.Host.ToString(), request.Entry.ToString());
        foreach (var (action, resource) in request.Needs)
        {
            if (!node.ChannelPolicy.IsOpen(sender.Host.Zone, to, action) && !Passes(sender, action, resource, end, null, isHere)) return false;
        }
        return true;
    }

    private bool Passes(Process sender, string action, string resource, CrossingEnd to, Topic? topic, bool isHere)
    {
        var from = new CrossingEnd(node.Name, sender.Host.Zone, sender.Host.Name, sender.Entry.ToString());
        if (!isHere && !node.ChannelPolicy.IsClosed(from.Zone, to.Zone, action)) return true;   // the peer decides
        var crossing = new Crossing(from, to, action, resource, topic?.ToString(), sender.Security.Actor);
        if (crossing.IsAllowedBy(node.ChannelPolicy, out var decidedBy)) return true;
        node.Denials.Add(crossing, decidedBy);
        sender.Trace?.Denied(action, resource, decidedBy);
        return false;
    }

    private Error? TryFindPeer(in Pid target, out IPeer? peer)
    {
        peer = null;
        if (target.Node == node.Name)
        {
            return IsHost(target.Host) ? ProcessErrors.ProcessNotFound : ProcessErrors.HostNotFound;
        }
        return node.Peers.TryGetValue(target.Node, out peer) ? null : ProcessErrors.NodeNotFound;
    }

    // The hosts of function pools are called after the function: ns:name#lua.N.
    private bool IsHost(string name)
    {
        var pool = name.IndexOf('#', StringComparison.Ordinal);
        if (!EntryId.TryParse(pool < 0 ? name : name[..pool], out var id)) return false;
        return pool < 0 ? node.TryGetHost(id, out _) : node.Registry.Current.TryGetFunction(id, out _);
    }

    private static Error? NearSide(Process sender, in Ask ask)
    {
        switch (ask.Kind)
        {
            case AskKind.Monitor:
                return sender.Relations.StartWatching(ask.To);
            case AskKind.Unmonitor:
                sender.Relations.StopWatching(ask.To);
                return null;
            case AskKind.Link:
                sender.Relations.TryAddLink(ask.To);
                return null;
            case AskKind.Unlink:
                sender.Relations.RemoveLink(ask.To);
                return null;
            default:
                return null;
        }
    }

    private static void UndoNearSide(Process sender, in Ask ask)
    {
        if (ask.Kind == AskKind.Monitor) sender.Relations.StopWatching(ask.To);
        if (ask.Kind == AskKind.Link) sender.Relations.RemoveLink(ask.To);
    }

    private bool TryZoneOf(EntryId host, out Zone zone)
    {
        if (!node.Registry.Current.TryGetHost(host, out var spec)) return HandlerHosts.TryZone(host, out zone);
        zone = spec.Zone;
        return true;
    }

    // Tells the other end of a relation that it is gone; nobody waits for an answer.
    private void Forget(in Ask ask)
    {
        if (ask.To.Node == node.Name) Accept(ask);
        else if (node.Peers.TryGetValue(ask.To.Node, out var peer)) peer.Ask(ask, null, static _ => { });
    }

    private Signal LinkDown(in Pid from, ExitResult result) => new(SignalKind.LinkDown, from, node.Clock.GetUtcNow()) { Result = result };

    private static void Refuse(SpawnRequest request, Error error)
    {
        request.Arguments.Return();
        request.Reply(Pid.None, error);
    }
}
