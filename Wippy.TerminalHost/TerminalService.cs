using Wippy.ServiceDefaults;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;

namespace Wippy.TerminalHost;

/// <summary>The terminal service of a deployment.</summary>
internal static class TerminalService
{
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.AddWippyRuntime(Zone.Terminal, TerminalNatives.Create());
        if (ConsoleTerminal.IsInteractive) ServicePrompt.AddTo(builder);

        var app = builder.Build();
        app.MapDefaultEndpoints();
        await app.RunAsync();
        return ExitCodes.Success;
    }
}
