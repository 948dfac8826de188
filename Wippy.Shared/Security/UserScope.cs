using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Security;

/// <summary>
/// The built-in scope <c>wippy:user</c> of user-zone processes without actor or scope (DESIGN §8): everything but control of the system,
/// changes of the environment, acting as somebody else, names for others, and speaking as the runtime.
/// </summary>
internal static class UserScope
{
    public const string Name = "wippy:user";

    public static Scope Instance { get; } = Scope.Of(
    [
        Policy("user_everything", "allow", ["*"], ["*"]),
        Policy(
            "user",
            "deny",
            ["system.control", "system.gc", "system.exit", "system.lock", "env.set", "process.security", "funcs.security", "process.registry.foreign"],
            ["*"]),
        Policy("user_events", "deny", ["events.send"], ["supervisor", "registry", "process", "logs"]),
    ]);

    private static Policy Policy(string name, string effect, string[] actions, string[] resources)
    {
        var entry = new Entry(new EntryId("wippy", name), EntryKinds.SecurityPolicy, data: new Dictionary<string, object?>
        {
            ["policy"] = new Dictionary<string, object?> { ["effect"] = effect, ["actions"] = actions, ["resources"] = resources },
        });
        return Security.Policy.Compile(entry, new ProblemList())!;
    }
}
