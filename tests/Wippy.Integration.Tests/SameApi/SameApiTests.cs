using System.Reflection;
using System.Runtime.Loader;

namespace Wippy.Integration.Tests.SameApi;

/// <summary>Compiled with <c>UseAspire=true</c> only: whatever <c>Wippy.LocalHosting</c> offers in the namespaces of Aspire is in Aspire's own assemblies, with the same signature.</summary>
public sealed class SameApiTests
{
    private const string Namespace = "Aspire.Hosting";

    private static readonly Assembly[] Real = [typeof(DistributedApplication).Assembly, typeof(DistributedApplicationTestingBuilder).Assembly];

    private static readonly Assembly Local = new AssemblyLoadContext("local").LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "Wippy.LocalHosting.dll"));

    [Fact]
    public void LocalHosting_TypesAndMembers_AreAspires()
    {
        var real = Real.SelectMany(assembly => PublicApi.Types(assembly, Namespace)).SelectMany(PublicApi.Describe).ToHashSet();

        var local = PublicApi.Types(Local, Namespace).SelectMany(PublicApi.Describe).ToList();

        AssertContains(real, local);
    }

    [Fact]
    public void LocalHosting_ExtensionMethods_AreAspires()
    {
        var real = Real.SelectMany(assembly => PublicApi.Extensions(assembly, Namespace)).ToHashSet();

        var local = PublicApi.Extensions(Local, Namespace).ToList();

        AssertContains(real, local);
    }

    private static void AssertContains(HashSet<string> real, List<string> local)
    {
        Assert.NotEmpty(local);
        var others = local.Where(line => !real.Contains(line)).ToList();
        var alike = real.Where(line => others.Exists(other => other.Split('(')[0] == line.Split('(')[0]));
        Assert.True(others.Count == 0, $"Aspire has no\n{string.Join('\n', others)}\nit has\n{string.Join('\n', alike)}");
    }
}
