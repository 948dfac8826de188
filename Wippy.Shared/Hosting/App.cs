using System.Collections.Immutable;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Shared.Variables;

namespace Wippy.Shared.Hosting;

/// <summary>An app folder, loaded with every check there is: entries, policies, Lua sources.</summary>
internal static class App
{
    /// <summary>The checks that need more than the entries themselves, for the declared entries as for every later change of them.</summary>
    public static EntryCheck[] Checks { get; } = [PolicyCatalog.Check, CheckLua];

    /// <summary>The registry of an app that runs.</summary>
    /// <param name="initial">Its first version.</param>
    public static EntryRegistry CreateRegistry(Snapshot initial) => new(initial, Checks) { Settlement = Interpolation.Apply };

    /// <summary>Reads and checks an app. Everything that is wrong is reported, not only the first.</summary>
    /// <param name="folder">The app's folder.</param>
    /// <param name="options">Overrides and leniency; null for none.</param>
    public static LoadResult Load(string folder, LoadOptions? options = null) => AppLoader.Load(folder, (options ?? new LoadOptions()) with { Settlement = Interpolation.Apply }, Checks);

    private static void CheckLua(ImmutableSortedDictionary<EntryId, Entry> entries, ProblemList problems)
    {
        var sound = entries.Values.Where(entry => !problems.HasErrorsIn(entry.Id));
        foreach (var (entry, field, message) in LuaPrograms.Check(sound)) problems.Error(entry, field, message);
        foreach (var (entry, field, message) in LuaHostModules.Check(entries, [.. sound])) problems.Error(entry, field, message);
    }
}
