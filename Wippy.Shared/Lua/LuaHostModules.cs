using System.Collections.Immutable;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Lua;

/// <summary>Finds services whose programs would not be started, because they use modules that their host or its zone does not grant.</summary>
internal static class LuaHostModules
{
    /// <param name="entries">All entries.</param>
    /// <param name="sound">Those without errors.</param>
    /// <returns>Per finding: entry, field, what is wrong.</returns>
    public static IEnumerable<(Entry Entry, string Field, string Message)> Check(ImmutableSortedDictionary<EntryId, Entry> entries, IEnumerable<Entry> sound)
    {
        var zones = ZoneModules.Compile(sound);
        foreach (var entry in sound)
        {
            if (entry.Kind is EntryKinds.ProcessHost or EntryKinds.SecurityZone)
            {
                foreach (var module in new EntryFields(entry.Fields).Texts("modules").Where(module => !LuaModules.IsKnown(module))) yield return (entry, "modules", LuaModules.Unknown(module));
            }
            if (entry.Kind != EntryKinds.ProcessService) continue;
            if (!entries.TryGetValue(entry.Resolve((string)entry.Fields["host"]!), out var declared) || HostSpec.TryCompile(declared) is not { } host) continue;
            foreach (var (user, module) in ModulesOf(entries, entry.Resolve((string)entry.Fields["process"]!)))
            {
                if (!LuaModules.TryGet(module, out _)) continue;
                if (zones.Of(host.Zone) is { } ofZone && !ofZone.Contains(module)) yield return (entry, "process", $"{user} uses module '{module}', which zone {host.Zone.ToText()} does not grant");
                else if (host.Modules is { } granted && !granted.Contains(module)) yield return (entry, "process", $"{user} uses module '{module}', which host {host.Id} (zone {host.Zone.ToText()}) does not grant");
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
