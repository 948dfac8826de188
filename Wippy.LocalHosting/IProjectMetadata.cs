namespace Aspire.Hosting;

/// <summary>A project that the AppHost references; the <c>Projects.*</c> classes implement it.</summary>
public interface IProjectMetadata : ApplicationModel.IResourceAnnotation
{
    /// <summary>Absolute path of the project file.</summary>
    string ProjectPath { get; }
}
