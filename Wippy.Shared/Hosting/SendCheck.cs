using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Shared.Supervision;

namespace Wippy.Shared.Hosting;

/// <summary>
/// Whether one process of an app could send to another, and which policy decides: the same question as
/// <see cref="Processes.Router"/> puts for a message, asked before anything runs.
/// </summary>
/// <param name="IsAllowed">Whether all who are asked allow it.</param>
/// <param name="Lines">One per rule asked, in that order.</param>
internal sealed record SendCheck(bool IsAllowed, IReadOnlyList<string> Lines)
{
    private const string Action = "process.send";

    /// <summary>Asks.</summary>
    /// <param name="snapshot">The app.</param>
    /// <param name="strict">Whether security is strict.</param>
    /// <param name="from">The sender: a service, a host, a process with one host, or <c>PROCESS@HOST</c>.</param>
    /// <param name="to">The receiver, likewise.</param>
    /// <param name="topic">What about.</param>
    /// <param name="problem">What is wrong with <paramref name="from"/> or <paramref name="to"/>; then there is no answer.</param>
    public static SendCheck? Ask(Snapshot snapshot, bool strict, string from, string to, string topic, out string? problem)
    {
        var policies = PolicyCatalog.Compile(snapshot);
        if (Resolve(snapshot, policies, from, out problem) is not { } sender || Resolve(snapshot, policies, to, out problem) is not { } receiver) return null;

        var hostScope = sender.Host.Rules is not { } rules ? null : policies.TryFromBlock(rules, out var context, out _) ? context.Scope ?? Scope.Empty : Scope.Empty;
        var guard = new Guard(sender.Security, sender.Host.Zone, sender.Host.Id.ToString(), hostScope, strict);
        // Numbers that no process has: a policy about one single process cannot be meant.
        var source = new Pid("", sender.Host.Id.ToString(), 1);
        var target = new Pid("", receiver.Host.Id.ToString(), 2).ToString();
        var ownAllows = guard.Permits(Action, target, new Dictionary<string, object?> { ["pid"] = source.ToString() }, out var own);

        var crossing = new Crossing(sender.End, receiver.End, Action, target, topic, sender.Security.Actor);
        var zonesAllow = crossing.IsAllowedBy(policies.BetweenZones, out var between);
        return new SendCheck(
            ownAllows && zonesAllow,
            [
                $"from {sender}",
                $"to {receiver}",
                $"{Word(ownAllows)} by the rules of the sender: {own}",
                $"{Word(zonesAllow)} between the zones {sender.Host.Zone.ToText()} and {receiver.Host.Zone.ToText()}: {(between == ChannelPolicy.Default ? "the default, no policy is declared" : between)}",
            ]);
    }

    private static string Word(bool isAllowed) => isAllowed ? "allowed" : "denied";

    private static Party? Resolve(Snapshot snapshot, PolicyCatalog policies, string text, out string? problem)
    {
        var parts = text.Split('@');
        problem = $"expected a service, a host, a process, or PROCESS@HOST, got '{text}'";
        if (parts.Length > 2 || !EntryId.TryParse(parts[0], out var id)) return null;
        if (parts.Length == 2)
        {
            if (!EntryId.TryParse(parts[1], out var hostId)) return null;
            return snapshot.TryGetHost(hostId, out var named) ? Found(new Party(named, id, default), out problem) : Missing("host", hostId, out problem);
        }
        if (snapshot.TryGetHost(id, out var host)) return Found(new Party(host, null, default), out problem);

        var services = ServiceSpec.All(snapshot);
        if (services.FirstOrDefault(service => service.Id == id) is { } found) return OfService(found, out problem);
        if (!snapshot.TryGetProcess(id, out var process)) return Missing("service, host or process", id, out problem);
        if (process.DefaultHost is { } own && snapshot.TryGetHost(own, out var defaultHost)) return Found(new Party(defaultHost, id, default), out problem);
        if (services.Where(service => service.Process == id).ToList() is [{ } only]) return OfService(only, out problem);
        problem = $"on which host does {id} run? Write {id}@HOST";
        return null;

        Party? OfService(ServiceSpec service, out string? problem)
        {
            var security = default(SecurityContext);
            if (service.Lifecycle.Security is { } block) policies.TryFromBlock(block, out security, out _);
            return snapshot.TryGetHost(service.Host, out var where) ? Found(new Party(where, service.Process, security), out problem) : Missing("host", service.Host, out problem);
        }
    }

    private static Party Found(Party party, out string? problem)
    {
        problem = null;
        return party;
    }

    private static Party? Missing(string what, EntryId id, out string? problem)
    {
        problem = $"no {what} '{id}'";
        return null;
    }

    private sealed record Party(HostSpec Host, EntryId? Entry, SecurityContext Security)
    {
        public CrossingEnd End => new("", Host.Zone, Host.Id.ToString(), Entry?.ToString());

        public override string ToString()
        {
            var actor = Security.Actor is null ? "" : $", actor {Security.Actor.Id}";
            return $"{Entry?.ToString() ?? "any process"} on {Host.Id}, zone {Host.Zone.ToText()}{actor}";
        }
    }
}
