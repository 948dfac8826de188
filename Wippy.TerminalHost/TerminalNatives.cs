using Wippy.Shared.Processes;

namespace Wippy.TerminalHost;

/// <summary>The native processes that the terminal zone offers.</summary>
internal static class TerminalNatives
{
    public static NativeProcesses Create() => new NativeProcesses().Add(FileLines.ClassName, () => new FileLines());
}
