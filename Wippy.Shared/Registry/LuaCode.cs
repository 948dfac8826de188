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
