using Aspire.Hosting.ApplicationModel;
using Wippy.LocalHosting;

namespace Aspire.Hosting;

/// <summary>Adds programs that are not projects.</summary>
public static class ExecutableResourceBuilderExtensions
{
    /// <summary>Adds a program.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Name of the resource.</param>
    /// <param name="command">A path relative to the working directory, or a name to look up in <c>PATH</c>.</param>
    /// <param name="workingDirectory">Relative to the AppHost's folder.</param>
    /// <param name="args">Its arguments.</param>
    public static IResourceBuilder<ExecutableResource> AddExecutable(
        this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args)
    {
        var resource = builder.AddResource(new ExecutableResource(name, command, Path.GetFullPath(workingDirectory, builder.AppHostDirectory)));
        LifecycleCommands.AddTo(resource);
        return resource.WithArgs(args ?? []);
    }
}
