using Wippy.ServiceDefaults;

namespace Wippy.TerminalHost;

/// <summary>The terminal service of a deployment.</summary>
internal static class TerminalService
{
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        await app.RunAsync();
        return ExitCodes.Success;
    }
}
