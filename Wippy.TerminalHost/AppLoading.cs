using System.Collections.Immutable;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.TerminalHost;

/// <summary>Loads an app with every check, for those who tell a person about the problems.</summary>
internal static class AppLoading
{
    /// <summary>Loads an app folder: entries, policies, Lua sources.</summary>
    public static LoadResult Load(string app) => AppLoader.Load(app, PolicyCatalog.Check, CheckLua);

    /// <summary>Writes problems to standard error, one line each.</summary>
    public static void Report(LoadResult result)
    {
        foreach (var problem in result.Problems) Console.Error.WriteLine(problem);
    }

    private static void CheckLua(ImmutableSortedDictionary<EntryId, Entry> entries, ProblemList problems)
    {
        foreach (var (entry, field, message) in LuaPrograms.Check(entries.Values.Where(e => !problems.HasErrorsIn(e.Id)))) problems.Error(entry, field, message);
    }
}
