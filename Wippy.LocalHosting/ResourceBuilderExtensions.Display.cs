using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What people see of a resource and can do with it.</summary>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Shows a URL with the resource.</summary>
    public static IResourceBuilder<T> WithUrl<T>(this IResourceBuilder<T> builder, string url, string? displayText = null)
        where T : IResource => builder.WithAnnotation(new ResourceUrlAnnotation { Url = url, DisplayText = displayText });

    /// <summary>Changes how the URL of an endpoint is shown.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<ResourceUrlAnnotation> callback)
        where T : IResource => builder.WithAnnotation(new EndpointUrlCallbackAnnotation(endpointName, callback));

    /// <summary>Runs each replica on a terminal of its own, which people use in the dashboard; without the dashboard as if this had not been said.</summary>
    [Experimental("ASPIRETERMINAL001")]
    public static IResourceBuilder<T> WithTerminal<T>(this IResourceBuilder<T> builder, Action<TerminalOptions>? configure = null)
        where T : IResource
    {
        var options = new TerminalOptions();
        configure?.Invoke(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Rows, 1);
        return builder.WithAnnotation(new TerminalAnnotation(options.Columns, options.Rows), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>Adds something a person can do with each replica.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="name">Unique in the resource; a command of the same name is replaced.</param>
    /// <param name="displayName">The name people see.</param>
    /// <param name="executeCommand">Does it.</param>
    /// <param name="commandOptions">How it is shown, and when.</param>
    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string name, string displayName,
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions? commandOptions = null)
        where T : IResource
    {
        if (builder.Resource.Annotations.OfType<ResourceCommandAnnotation>().FirstOrDefault(command => command.Name == name) is { } old)
            builder.Resource.Annotations.Remove(old);
        return builder.WithAnnotation(new ResourceCommandAnnotation(name, displayName, executeCommand, commandOptions ?? new CommandOptions()));
    }
}
