namespace Wippy.Shared.Security;

/// <summary>What a policy, or a scope of several, says to a request.</summary>
internal enum Decision
{
    /// <summary>Nothing applies. Whoever asks for permission takes it as a no.</summary>
    Undefined,

    Allow,

    Deny,
}

/// <summary>Text form of <see cref="Decision"/>, as policies are written and as Lua sees it.</summary>
internal static class Decisions
{
    public static string ToText(this Decision decision) => decision switch
    {
        Decision.Allow => "allow",
        Decision.Deny => "deny",
        _ => "undefined",
    };
}
