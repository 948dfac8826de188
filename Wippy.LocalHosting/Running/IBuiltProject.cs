namespace Wippy.LocalHosting;

/// <summary>
/// What the generated <c>Projects.*</c> classes know beyond Aspire's contract: the assembly that the build of the AppHost
/// has made from the project, in the same configuration.
/// </summary>
public interface IBuiltProject
{
    /// <summary>Absolute path of the built <c>.dll</c>.</summary>
    string TargetPath { get; }
}
