using System.Text.Json.Nodes;

namespace Wippy.Shared.Tests.MessagePack;

/// <summary>
/// The public vectors: kawanet's msgpack-test-suite, which the npm package msgpack-test-js brings. Installs it when it is
/// not there, so that a plain <c>dotnet test</c> is enough.
/// </summary>
public sealed class VectorPackage : IAsyncLifetime
{
    private static readonly string File =
        Path.Combine(InteropFolder.FullPath, "node_modules", "msgpack-test-suite", "dist", "msgpack-test-suite.json");

    /// <summary>
    /// Group name to cases. A case is an object of one described property (nil, bool, binary, number, bignum, string,
    /// array, map, timestamp, ext) and <c>msgpack</c>, all the encodings it may have.
    /// </summary>
    public JsonObject Groups { get; private set; } = [];

    public async Task InitializeAsync()
    {
        if (InteropTool.SkipReason(InteropTool.Npm) is not null) return;   // so are all tests that use this
        if (!System.IO.File.Exists(File))
            await InteropFolder.RunAsync("npm", "needs Node.js with npm: apt-get install npm", ["ci", "--no-audit", "--no-fund"]);
        Groups = JsonNode.Parse(await System.IO.File.ReadAllTextAsync(File))!.AsObject();
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
