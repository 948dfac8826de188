using Wippy.Shared.Identity;

namespace Wippy.Shared.Processes;

/// <summary>What one process may ask to be done with another.</summary>
internal enum AskKind : byte
{
    Monitor = 1,
    Unmonitor = 2,
    Link = 3,
    Unlink = 4,
    Cancel = 5,
    Terminate = 6,
}

/// <summary>A request about a process, local or remote.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="From">Who asks.</param>
/// <param name="To">Whom it concerns.</param>
/// <param name="Reason">For <see cref="AskKind.Cancel"/>; else empty.</param>
internal readonly record struct Ask(AskKind Kind, Pid From, Pid To, string Reason = "")
{
    /// <summary>The permission it needs, as reference: security §7 names it.</summary>
    public string Action => Actions[(int)Kind];

    /// <summary>The verb of its denial, as reference: process §3 words it.</summary>
    public string Verb => Verbs[(int)Kind];

    private static readonly string[] Verbs = ["", "monitor", "unmonitor", "link", "unlink", "cancel", "terminate"];
    private static readonly string[] Actions = [.. Verbs.Select(verb => $"process.{verb}")];
}
