using System.Diagnostics;
using Wippy.Testing;

namespace Wippy.Integration.Tests;

/// <summary>The three services as containers on this machine.</summary>
public sealed class ContainerTests
{
    private static readonly TimeSpan Safety = TimeSpan.FromMinutes(10);

    [ContainerFact]
    public async Task Containers_BuiltAndRun_CountWordsAndMayDoNothingElse()
    {
        using var safety = new CancellationTokenSource(Safety);
        using var script = Process.Start(new ProcessStartInfo("bash", ["deploy/containers.sh"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var output = script.StandardOutput.ReadToEndAsync(safety.Token);
            var errors = await script.StandardError.ReadToEndAsync(safety.Token);
            await script.WaitForExitAsync(safety.Token);

            Assert.True(script.ExitCode == 0, $"exit code {script.ExitCode}\n{await output}\n{errors}");
            Assert.Contains("three containers have counted words, and nothing else", await output);
        }
        finally
        {
            if (!script.HasExited) script.Kill(entireProcessTree: true);
        }
    }

    /// <summary>A test that takes minutes and needs Debian's packages; skipped, with the reason, where they are missing.</summary>
    private sealed class ContainerFactAttribute : FactAttribute
    {
        private static readonly string[] Programs = ["podman", "runc", "docker-registry", "debootstrap"];

        public ContainerFactAttribute()
        {
            if (Environment.GetEnvironmentVariable("WIPPY_LONG") != "1") Skip = "It takes minutes: WIPPY_LONG=1 runs it.";
            else if (Array.Find(Programs, IsMissing) is { } missing) Skip = $"{missing} is missing: apt-get install {string.Join(' ', Programs)}";
        }

        private static bool IsMissing(string program) =>
            !new[] { "/usr/bin", "/usr/sbin", "/usr/local/bin" }.Any(folder => File.Exists(Path.Combine(folder, program)));
    }
}
