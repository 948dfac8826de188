using System.Globalization;
using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Wippy.LocalHosting;

/// <summary>Turns what the AppHost says about a resource into a command and its environment, anew for every run.</summary>
internal sealed class LaunchBuilder(DistributedApplicationExecutionContext executionContext, IHostEnvironment hostEnvironment, Dashboard dashboard)
{
    /// <summary>The parent's process id; ServiceDefaults ends the service when that process is gone.</summary>
    public const string ParentPid = "WIPPY_PARENT_PID";

    /// <param name="resource">A project or an executable.</param>
    /// <param name="instanceId">Tells the replicas apart; the last part of the replica's id.</param>
    /// <param name="targets">Where this run listens.</param>
    /// <param name="cancellationToken">Ends the wait for values.</param>
    /// <exception cref="DistributedApplicationException">The project has not been built, or a value is missing.</exception>
    public async Task<Launch> BuildAsync(IResource resource, string instanceId, TargetPorts targets, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>();
        foreach (var (name, value) in Variables(resource, instanceId, targets, cancellationToken))
        {
            // A value that is optional and missing is left out.
            if (await ResolveAsync(value, resource, targets, cancellationToken).ConfigureAwait(false) is { } text)
                environment[name] = text;
        }

        var arguments = new List<string>();
        foreach (var value in resource.Annotations.OfType<ArgumentsAnnotation>().SelectMany(arguments => arguments.Values))
            arguments.Add(await ResolveAsync(value, resource, targets, cancellationToken).ConfigureAwait(false) ?? "");

        if (resource is ExecutableResource executable)
            return new Launch(executable.Command, arguments, executable.WorkingDirectory, environment);
        var project = resource.Annotations.OfType<IProjectMetadata>().Single();
        return new Launch(DotnetPath, [BuiltAssembly(project), .. arguments], Path.GetDirectoryName(project.ProjectPath)!, environment);
    }

    /// <summary>The <c>dotnet</c> whose runtime runs the AppHost: a service must not depend on what PATH says.</summary>
    private static string DotnetPath => Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private static string BuiltAssembly(IProjectMetadata project)
    {
        if (project is not IBuiltProject { TargetPath: var path })
        {
            throw new DistributedApplicationException(
                $"The class {project.GetType().FullName} does not say what '{project.ProjectPath}' builds: reference the project from the AppHost and use the generated class in Projects.");
        }
        return File.Exists(path) ? path : throw new DistributedApplicationException($"'{path}' does not exist: build '{project.ProjectPath}'.");
    }

    private Dictionary<string, object> Variables(IResource resource, string instanceId, TargetPorts targets, CancellationToken cancellationToken)
    {
        var variables = new Dictionary<string, object>
        {
            [ParentPid] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            // The dashboard joins telemetry to resources by exactly these two.
            ["OTEL_SERVICE_NAME"] = resource.Name,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instanceId}",
        };
        if (hostEnvironment.IsDevelopment())
        {
            // See every trace, and soon.
            variables["OTEL_BLRP_SCHEDULE_DELAY"] = variables["OTEL_BSP_SCHEDULE_DELAY"] = variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
            variables["OTEL_TRACES_SAMPLER"] = "always_on";
        }
        if (resource is ProjectResource && dashboard.Otlp is { } otlp)
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = otlp.AbsoluteUri;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
            variables["OTEL_EXPORTER_OTLP_HEADERS"] = dashboard.OtlpHeaders;
        }
        var web = resource.Endpoints().Where(endpoint => endpoint.UriScheme is "http" or "https").ToArray();
        if (resource is ProjectResource && web.Length > 0)
            variables["ASPNETCORE_URLS"] = string.Join(';', web.Select(endpoint => $"{endpoint.UriScheme}://localhost:{targets[endpoint]}"));
        foreach (var endpoint in resource.Endpoints())
        {
            if (endpoint.TargetPortEnvironmentVariable is { } variable)
                variables[variable] = targets[endpoint].ToString(CultureInfo.InvariantCulture);
        }

        var context = new EnvironmentCallbackContext(executionContext, resource, variables, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            annotation.Callback(context);
        return variables;
    }

    /// <summary>The text of a value; the target port of the resource's own endpoints is that of this run.</summary>
    private static ValueTask<string?> ResolveAsync(object value, IResource resource, TargetPorts targets, CancellationToken cancellationToken) => value switch
    {
        ReferenceExpression expression => expression.FormatAsync(provider => ResolveAsync(provider, resource, targets, cancellationToken)),
        EndpointReferenceExpression { Property: EndpointProperty.TargetPort } own when own.Endpoint.Resource == resource =>
            new(targets[own.Endpoint.EndpointName].ToString(CultureInfo.InvariantCulture)),
        IValueProvider provider => provider.GetValueAsync(cancellationToken),
        IFormattable formattable => new(formattable.ToString(null, CultureInfo.InvariantCulture)),
        _ => new(value.ToString()),
    };
}
