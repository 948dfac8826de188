namespace Aspire.Hosting.ApplicationModel;

/// <summary>Any program.</summary>
/// <param name="name">Name of the resource.</param>
/// <param name="command">A path, or a name to look up in <c>PATH</c>.</param>
/// <param name="workingDirectory">Absolute path of the folder it runs in.</param>
public class ExecutableResource(string name, string command, string workingDirectory) : Resource(name),
    IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    /// <summary>The program.</summary>
    public string Command => command;

    /// <summary>The folder it runs in.</summary>
    public string WorkingDirectory => workingDirectory;
}
