using Wippy.Shared.Identity;
using Wippy.Shared.Lua;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>
/// One file of tests/lua: a test written as a program. Its first part is the entry <c>app:test</c>; a line
/// <c>-- @process NAME</c> begins a further process entry <c>app:NAME</c> that the test may spawn, <c>-- @library NAME</c> a
/// library that every part after it can require. All parts can require <c>check</c> (tests/lua/check.lua); processes
/// may use every module. The test passes when its <c>main</c> returns without an error.
/// </summary>
internal static class LuaTestFile
{
    private static readonly string Folder = Repository.PathOf("tests/lua");

    /// <summary>Every test as a path below tests/lua, with forward slashes and without extension.</summary>
    public static IEnumerable<string> All() =>
        from file in Directory.EnumerateFiles(Folder, "*.lua", SearchOption.AllDirectories)
        let name = Path.ChangeExtension(Path.GetRelativePath(Folder, file), null).Replace('\\', '/')
        where name != "check"
        orderby name
        select name;

    /// <summary>The hosts a test runs on: those that its first line <c>-- @hosts NAME ...</c> names, else the user and the system host.</summary>
    public static IReadOnlyList<string> HostsOf(string test)
    {
        const string directive = "-- @hosts ";
        var first = File.ReadLines(Path.Combine(Folder, $"{test}.lua")).First();
        return first.StartsWith(directive, StringComparison.Ordinal) ? first[directive.Length..].Split(' ') : ["user", "system"];
    }

    /// <summary>The entries of one test.</summary>
    public static IReadOnlyList<Entry> Read(string test)
    {
        var entries = new List<Entry>();
        var imports = new Dictionary<string, object?>();
        void Add(string name, bool isLibrary, string source)
        {
            entries.Add(new Entry(
                new EntryId("app", name),
                isLibrary ? EntryKinds.LuaLibrary : EntryKinds.LuaProcess,
                data: new Dictionary<string, object?>
                {
                    ["source"] = source,
                    ["modules"] = isLibrary ? new List<object?>() : LuaModules.Names.ToList<object?>(),
                    ["imports"] = new Dictionary<string, object?>(imports),
                }));
            if (isLibrary) imports[name] = $"app:{name}";
        }

        Add("check", isLibrary: true, File.ReadAllText(Path.Combine(Folder, "check.lua")));
        var lines = File.ReadAllLines(Path.Combine(Folder, $"{test}.lua"));
        var parts = new List<(string Name, bool IsLibrary, int First)> { ("test", false, 0) };
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("-- @process ", StringComparison.Ordinal)) parts.Add((lines[i][12..].Trim(), false, i));
            if (lines[i].StartsWith("-- @library ", StringComparison.Ordinal)) parts.Add((lines[i][12..].Trim(), true, i));
        }
        // Libraries first, because everything else imports them. Empty lines in front keep the line numbers of the file.
        foreach (var part in parts.OrderBy(p => !p.IsLibrary))
        {
            var end = parts.Select(p => p.First).Where(first => first > part.First).DefaultIfEmpty(lines.Length).Min();
            Add(part.Name, part.IsLibrary, new string('\n', part.First) + string.Join('\n', lines[part.First..end]));
        }
        return entries;
    }
}
