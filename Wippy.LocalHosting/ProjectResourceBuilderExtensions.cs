using Aspire.Hosting.ApplicationModel;
using Wippy.LocalHosting;

namespace Aspire.Hosting;

/// <summary>Adds .NET projects.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project with the first launch profile of its <c>launchSettings.json</c>, if it has one.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new() => builder.AddProject(name, new TProject(), profiles => profiles.FirstOrDefault());

    /// <summary>Adds a project with a launch profile; null = with none.</summary>
    /// <exception cref="DistributedApplicationException">The project has no such profile.</exception>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name, string? launchProfileName)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject(name, new TProject(), profiles => launchProfileName is null ? null
            : profiles.FirstOrDefault(profile => profile.Name == launchProfileName)
              ?? throw new DistributedApplicationException($"Resource '{name}': the project has no launch profile '{launchProfileName}'."));

    /// <summary>Runs several processes of the project behind its stable ports.</summary>
    /// <param name="builder">The project.</param>
    /// <param name="replicas">1 or more.</param>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }

    private static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, string name, IProjectMetadata project, Func<IEnumerable<LaunchProfile>, LaunchProfile?> choose)
    {
        var resource = builder.AddResource(new ProjectResource(name)).WithAnnotation(project);
        LifecycleCommands.AddTo(resource);
        if (choose(LaunchProfile.ReadAll(project.ProjectPath)) is { } profile)
        {
            foreach (var url in profile.ApplicationUrls)
                resource.WithEndpoint(scheme: url.Scheme, port: url.Port);
            foreach (var (variable, value) in profile.EnvironmentVariables)
                resource.WithEnvironment(variable, value);
        }
        return resource;
    }
}
