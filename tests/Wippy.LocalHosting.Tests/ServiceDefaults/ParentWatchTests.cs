using System.Diagnostics;
using Wippy.ServiceDefaults;

namespace Wippy.LocalHosting.Tests.ServiceDefaults;

public sealed class ParentWatchTests
{
    [Fact]
    public async Task Watch_ParentKilled_EndsTheService()
    {
        using var parent = Process.Start("sleep", "1000");
        using var service = StartService(parent.Id);
        Assert.StartsWith("pid ", await service.StandardOutput.ReadLineAsync());
        Assert.False(service.HasExited);

        parent.Kill();

        await ExitAsync(service);
        Assert.Equal(137, service.ExitCode);
    }

    [Fact]
    public async Task Watch_ParentGoneBefore_EndsTheService()
    {
        using var parent = Process.Start("true");
        await parent.WaitForExitAsync();

        using var service = StartService(parent.Id);

        await ExitAsync(service);
        Assert.Equal(137, service.ExitCode);
    }

    [Fact]
    public async Task Watch_NumberOfAYoungerProcess_CountsAsGone()
    {
        // Start times are counted in hundredths of a second: the shell, which becomes the service, lets a tenth pass first.
        using var service = StartService(0, """sleep 0.1; sleep 1000 >&2 & export WIPPY_PARENT_PID=$!; echo $!; exec "$0" "$@" """);
        using var younger = Process.GetProcessById(int.Parse((await service.StandardOutput.ReadLineAsync())!));

        await ExitAsync(service);
        younger.Kill();
        Assert.Equal(137, service.ExitCode);
    }

    [Fact]
    public void Start_NotANumber_NamesTheVariable() =>
        Assert.Contains("WIPPY_PARENT_PID is 'mother'", Assert.Throws<InvalidOperationException>(() => ParentWatch.Start("mother")).Message);

    private static Process StartService(int parentPid, string wrapper = """exec "$0" "$@" """)
    {
        var assembly = ((IBuiltProject)new Projects.Wippy_LocalHosting_TestChild()).TargetPath;
        var start = new ProcessStartInfo("sh", ["-c", wrapper, "dotnet", assembly]) { RedirectStandardOutput = true };
        start.Environment["WIPPY_PARENT_PID"] = $"{parentPid}";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        return Process.Start(start)!;
    }

    private static async Task ExitAsync(Process process)
    {
        using var safety = new CancellationTokenSource(TestApplication.Safety);
        await process.WaitForExitAsync(safety.Token);
    }
}
