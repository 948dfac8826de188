using Wippy.Shared.Identity;

namespace Wippy.Shared.Processes;

/// <summary>A process of another node.</summary>
/// <param name="Text">Its PID as text, UTF-8.</param>
/// <param name="Pid">The same, taken apart.</param>
internal sealed record FarTarget(byte[] Text, Pid Pid);
