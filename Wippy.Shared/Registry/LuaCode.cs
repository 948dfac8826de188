using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>What Lua entries have in common: the text and what it may require.</summary>
/// <param name="Source">Lua text.</param>
/// <param name="ChunkName">Names the text in error messages: its file relative to the app folder, or the entry's id.</param>
/// <param name="Modules">Built-in modules, as declared.</param>
/// <param name="Imports">Alias to <c>library.lua</c> entry.</param>
internal sealed record LuaCode(
    string Source,
    string ChunkName,
    IReadOnlyList<string> Modules,
    IReadOnlyDictionary<string, EntryId> Imports)
{
    /// <summary>The entries that the code of one is made of: itself and the libraries it imports, directly or through others.</summary>
    /// <param name="id">It may be missing, as may what it imports.</param>
    /// <param name="snapshot">Where to look.</param>
    public static IReadOnlyCollection<EntryId> EntriesOf(EntryId id, Snapshot snapshot)
    {
        var found = new HashSet<EntryId>();
        var open = new Stack<EntryId>([id]);
        while (open.TryPop(out var next))
        {
            if (!found.Add(next) || !snapshot.Entries.TryGetValue(next, out var entry)) continue;
            foreach (var import in new EntryFields(entry.Fields).Map("imports").Values) open.Push(entry.Resolve((string)import!));
        }
        return found;
    }

    /// <param name="entry">Validated, of kind <c>library.lua</c>, <c>process.lua</c> or <c>function.lua</c>.</param>
    public static LuaCode Compile(Entry entry)
    {
        var fields = new EntryFields(entry.Fields);
        return new LuaCode(
            fields.Text("source")!,
            entry.TextFileOf("source") ?? entry.Id.ToString(),
            fields.Texts("modules"),
            fields.Map("imports").ToDictionary(import => import.Key, import => entry.Resolve((string)import.Value!)));
    }
}
