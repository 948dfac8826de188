namespace Wippy.LocalHosting.Tests;

public sealed class ModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wippy-localhosting-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void AddResource_NameTaken_Throws()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddParameter("thing", "x");

        Assert.Contains("'thing'", Assert.Throws<DistributedApplicationException>(() => builder.AddScript("Thing", "true")).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("with space")]
    [InlineData("dotted.name")]
    public void AddResource_NameThatIsNoVariable_Throws(string name)
    {
        using var builder = DistributedApplicationTestingBuilder.Create();

        Assert.Throws<ArgumentException>(() => builder.AddParameter(name, "x"));
    }

    [Fact]
    public void AddProject_LaunchSettings_GiveEndpointsAndVariables()
    {
        WriteLaunchSettings();
        using var builder = DistributedApplicationTestingBuilder.Create();
        Project.Folder = _folder.FullName;

        var first = builder.AddProject<Project>("first");
        var other = builder.AddProject<Project>("other", "Other");
        var none = builder.AddProject<Project>("none", launchProfileName: null);

        Assert.Equal([("https", 7001), ("http", 5001)], first.Resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => (endpoint.Name, endpoint.Port!.Value)));
        Assert.Equal(8001, other.GetEndpoint("http").EndpointAnnotation.Port);
        Assert.Empty(none.Resource.Annotations.OfType<EndpointAnnotation>());
        Assert.Contains("'Absent'", Assert.Throws<DistributedApplicationException>(() => builder.AddProject<Project>("absent", "Absent")).Message);
    }

    [Fact]
    public async Task Start_ProjectWithoutGeneratedClass_FailsAndSaysWhatToDo()
    {
        Project.Folder = _folder.FullName;
        await using var app = await TestApplication.StartAsync(builder => builder.AddProject<Project>("project"));

        Assert.Contains("reference the project from the AppHost", (await app.LinesUntilAsync("project", "Failed to start"))[^1]);
    }

    private void WriteLaunchSettings()
    {
        _folder.CreateSubdirectory("Properties");
        File.WriteAllText(Path.Combine(_folder.FullName, "Properties", "launchSettings.json"), """
            {
              // The first one is a profile of an IDE, not of the project.
              "profiles": {
                "Container": { "commandName": "Docker", "applicationUrl": "http://localhost:1" },
                "First": { "commandName": "Project", "applicationUrl": "https://localhost:7001;http://localhost:5001" },
                "Other": { "commandName": "Project", "applicationUrl": "http://localhost:8001", "environmentVariables": { "A": "b" } },
              }
            }
            """);
    }

    private sealed class Project : IProjectMetadata
    {
        public static string Folder { get; set; } = "";

        public string ProjectPath => Path.Combine(Folder, "Project.csproj");
    }
}
