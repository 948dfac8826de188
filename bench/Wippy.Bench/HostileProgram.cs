using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Bench;

/// <summary>One file of tests/hostile: a process entry that means harm.</summary>
/// <param name="Name">Of the file.</param>
/// <param name="Source">Lua.</param>
internal sealed record HostileProgram(string Name, string Source)
{
    /// <summary>As which it is known while it runs; what it starts is the same.</summary>
    public static EntryId Id { get; } = new("app", "hostile");

    /// <summary>Where it runs.</summary>
    public static EntryId Host { get; } = new("app", "user");

    /// <summary>The app of those who live beside it.</summary>
    public static string NeighboursFolder { get; } = Path.Combine(AppContext.BaseDirectory, "suite");

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<HostileProgram> All { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "hostile"), "*.lua").Order(StringComparer.Ordinal).Select(file => new HostileProgram(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file)))];

    public Entry Entry => new(
        Id,
        EntryKinds.LuaProcess,
        data: new Dictionary<string, object?> { ["source"] = Source, ["modules"] = new List<object?> { "time", "logger", "io" } });
}
