using System.Collections.Immutable;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Lua;

/// <summary>Finds services whose programs would not be started, because they use modules that their host does not grant.</summary>
internal static class LuaHostModules
{
    /// <param name="entries">All entries.</param>
    /// <param name="sound">Those without errors.</param>
    /// <returns>Per finding: entry, field, what is wrong.</returns>
    public static IEnumerable<(Entry Entry, string Field, string Message)> Check(ImmutableSortedDictionary<EntryId, Entry> entries, IEnumerable<Entry> sound)
    {
        foreach (var entry in sound)
        {
            if (entry.Kind == EntryKinds.ProcessHost && HostSpec.Compile(entry).Modules is { } granted)
            {
                foreach (var module in granted.Where(module => !LuaModules.IsKnown(module))) yield return (entry, "modules", LuaModules.Unknown(module));
            }
            if (entry.Kind != EntryKinds.ProcessService) continue;
            if (!entries.TryGetValue(entry.Resolve((string)entry.Fields["host"]!), out var host) || host.Kind != EntryKinds.ProcessHost) continue;
            if (HostSpec.Compile(host).Modules is not { } allowed) continue;
            foreach (var (user, module) in ModulesOf(entries, entry.Resolve((string)entry.Fields["process"]!)))
            {
                if (LuaModules.TryGet(module, out _) && !allowed.Contains(module)) yield return (entry, "process", $"{user} uses module '{module}', which host {host.Id} does not grant");
            }
        }
    }

    // Those of the program and of the libraries it imports, directly or not.
    private static IEnumerable<(EntryId User, string Module)> ModulesOf(ImmutableSortedDictionary<EntryId, Entry> entries, EntryId program)
    {
        var seen = new HashSet<EntryId>();
        var open = new Stack<EntryId>([program]);
        while (open.TryPop(out var id))
        {
            if (!seen.Add(id) || !entries.TryGetValue(id, out var entry) || entry.Kind is not (EntryKinds.LuaProcess or EntryKinds.LuaLibrary)) continue;
            var code = LuaCode.Compile(entry);
            foreach (var module in code.Modules) yield return (id, module);
            foreach (var import in code.Imports.Values) open.Push(import);
        }
    }
}
