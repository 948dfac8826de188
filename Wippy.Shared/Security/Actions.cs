using System.Collections.Frozen;

namespace Wippy.Shared.Security;

/// <summary>
/// Every action that the runtime asks policies about (reference: security §7), and whether one node can ask another for it. Programs may
/// ask about actions of their own.
/// </summary>
internal static class Actions
{
    /// <summary>Those that come over channels, so that the policies between zones decide about them, too.</summary>
    public static readonly FrozenSet<string> BetweenNodes = FrozenSet.Create(
        "process.send", "process.cancel", "process.terminate", "process.monitor", "process.link",
        "process.spawn", "process.spawn.monitored", "process.spawn.linked", "process.host", "process.exec",
        "process.registry.register", "process.registry.unregister", "process.registry.foreign",
        "registry.apply", "registry.apply_version",
        "events.send");

    /// <summary>Those that a process does on its own node, or with what is on it.</summary>
    public static readonly FrozenSet<string> OnOwnNode = FrozenSet.Create(
        "process.unmonitor", "process.unlink",   // end what the asking process has begun; come over channels, where nobody is asked
        "process.context", "process.security",
        "funcs.call", "funcs.context", "funcs.security",
        "registry.get",
        "env.get", "env.set",
        "events.subscribe",
        "security.policy.get", "security.policy_group.get", "security.scope.create", "security.actor.create",
        "security.token_store.get", "security.token.create", "security.token.validate", "security.token.revoke",
        "store.get", "store.info", "store.key.get", "store.key.set", "store.key.delete", "store.key.has", "store.key.list",
        "queue.publish", "queue.publish.queue",
        "system.read", "system.control", "system.gc", "system.exit");

    /// <summary>Whether it is one of them.</summary>
    public static bool IsKnown(string action) => BetweenNodes.Contains(action) || OnOwnNode.Contains(action);
}
