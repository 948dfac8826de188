namespace Wippy.Shared.Identity;

/// <summary>Trust level of a node and of the hosts that live on it.</summary>
public enum Zone : byte
{
    /// <summary>Privileged: authority for names and the registry.</summary>
    System = 0,

    /// <summary>Sandbox: user code, plug-ins, agents.</summary>
    User = 1,

    /// <summary>A console and the program that owns it.</summary>
    Terminal = 2,
}

/// <summary>Text form of <see cref="Zone"/>: <c>system</c>, <c>user</c>, <c>terminal</c>.</summary>
public static class Zones
{
    /// <summary>The lower-case name.</summary>
    public static string ToText(this Zone zone) => zone switch
    {
        Zone.System => "system",
        Zone.User => "user",
        Zone.Terminal => "terminal",
        _ => throw new ArgumentOutOfRangeException(nameof(zone), zone, "not a zone"),
    };

    /// <summary>Parses a lower-case name.</summary>
    public static bool TryParse(string? text, out Zone zone)
    {
        switch (text)
        {
            case "system": zone = Zone.System; return true;
            case "user": zone = Zone.User; return true;
            case "terminal": zone = Zone.Terminal; return true;
            default: zone = default; return false;
        }
    }
}
