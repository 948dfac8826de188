using Aspire.Hosting;

namespace Wippy.LocalHosting;

/// <summary>What to run.</summary>
/// <param name="Command">A path, or a name to look up in <c>PATH</c>.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="WorkingDirectory">Absolute path.</param>
/// <param name="Environment">Variables added to the AppHost's own.</param>
internal sealed record Launch(string Command, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Variables that are about the AppHost itself and would mislead a child.</summary>
    public static IReadOnlyList<string> NotInherited { get; } = ["ASPNETCORE_URLS", "DOTNET_LAUNCH_PROFILE"];

    /// <summary>The path of the program.</summary>
    /// <exception cref="DistributedApplicationException">There is no such program or folder.</exception>
    public string FindProgram()
    {
        if (!Directory.Exists(WorkingDirectory))
            throw new DistributedApplicationException($"The working directory '{WorkingDirectory}' does not exist.");
        return ChildProcess.Find(Command, WorkingDirectory)
            ?? throw new DistributedApplicationException($"The command '{Command}' was not found, neither in '{WorkingDirectory}' nor in PATH.");
    }
}
