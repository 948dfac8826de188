using Wippy.Shared.Identity;
using Wippy.Shared.Lua;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>
/// One file of tests/lua: a test written as a program. Its first part is the entry <c>app:test</c>; a line
/// <c>-- @process NAME</c> begins a further process entry <c>app:NAME</c> that the test may spawn, <c>-- @function NAME</c> a
/// function that it may call, <c>-- @library NAME</c> a library that every part after it can require. Further fields of the
/// entry may follow the name: <c>pool.type=static</c>. All parts can require <c>check</c> (tests/lua/check.lua); processes and
/// functions may use every module, except those that a line <c>-- @without NAME</c> names. The test passes when its <c>main</c> returns without an error.
/// </summary>
internal static class LuaTestFile
{
    private static readonly string Folder = Repository.PathOf("tests/lua");

    /// <summary>Every test that runs by itself, as a path below tests/lua, with forward slashes and without extension.</summary>
    public static IEnumerable<string> All() => Names().Where(test => !IsForRequests(test));

    /// <summary>The others: their first line is <c>-- @endpoint METHOD PATH</c>, and they answer a request (see <see cref="Http.HttpLuaTests"/>).</summary>
    public static IEnumerable<string> ForRequests() => Names().Where(IsForRequests);

    /// <summary>What follows each of the directives <c>-- @NAME</c>, in the order of the lines.</summary>
    public static IEnumerable<string> Directives(string test, string name) =>
        from line in File.ReadLines(Path.Combine(Folder, $"{test}.lua"))
        where line.StartsWith($"-- @{name} ", StringComparison.Ordinal)
        select line[$"-- @{name} ".Length..];

    private static bool IsForRequests(string test) => Directives(test, "endpoint").Any();

    private static IEnumerable<string> Names() =>
        from file in Directory.EnumerateFiles(Folder, "*.lua", SearchOption.AllDirectories)
        let name = Path.ChangeExtension(Path.GetRelativePath(Folder, file), null).Replace('\\', '/')
        where name != "check"
        orderby name
        select name;

    /// <summary>Whether a file <c>_index.yaml</c> declares entries for all tests of its folder: libraries, which all of them import, and stores, queues, variables, which outlive a call.</summary>
    public static bool HasEntriesBeside(string test) => File.Exists(Path.Combine(FolderOf(test), "_index.yaml"));

    private static string FolderOf(string test) => Path.GetDirectoryName(Path.Combine(Folder, test))!;

    private static IEnumerable<Entry> EntriesBeside(string test)
    {
        if (!HasEntriesBeside(test)) return [];
        var app = AppLoader.Load(FolderOf(test), PolicyCatalog.Check);
        return app.Snapshot?.Entries.Values ?? throw new InvalidOperationException(app.ToString());
    }

    /// <summary>Whether a test says <c>-- @once</c> in its first line: it needs long, and the order in which things happen changes nothing.</summary>
    public static bool IsForOnce(string test) => File.ReadLines(Path.Combine(Folder, $"{test}.lua")).First() == "-- @once";

    /// <summary>The hosts a test runs on: those that its first line <c>-- @hosts NAME ...</c> names, else the user and the system host.</summary>
    public static IReadOnlyList<string> HostsOf(string test)
    {
        const string directive = "-- @hosts ";
        var first = File.ReadLines(Path.Combine(Folder, $"{test}.lua")).First();
        return first.StartsWith(directive, StringComparison.Ordinal) ? first[directive.Length..].Split(' ') : ["user", "system"];
    }

    /// <summary>The entries of one test.</summary>
    /// <param name="test">Its name.</param>
    /// <param name="kind">Of the test itself: a process, or a function.</param>
    /// <param name="callees">Host of the processes it spawns; null for the host on which each process runs itself.</param>
    public static IReadOnlyList<Entry> Read(string test, string kind = EntryKinds.LuaProcess, string? callees = null)
    {
        var entries = new List<Entry>();
        var imports = new Dictionary<string, object?>();
        var lines = File.ReadAllLines(Path.Combine(Folder, $"{test}.lua"));
        var modules = LuaModules.Names.Except(Directives(test, "without").Select(name => name.Trim())).ToList();
        void Add(string kind, string[] words, string source)
        {
            var isLibrary = kind == EntryKinds.LuaLibrary;
            var fields = new Dictionary<string, object?>
            {
                ["source"] = source,
                ["modules"] = isLibrary ? new List<object?>() : modules.ToList<object?>(),
                ["imports"] = new Dictionary<string, object?>(imports),
            };
            var meta = new Dictionary<string, object?>();
            foreach (var field in words[1..]) AddField(field.StartsWith("meta.", StringComparison.Ordinal) ? meta : fields, field);
            entries.Add(new Entry(new EntryId("app", words[0]), kind, meta: meta, data: fields));
            if (isLibrary) imports[words[0]] = $"app:{words[0]}";
        }

        entries.AddRange(EntriesBeside(test));
        foreach (var library in entries.Where(entry => entry.Kind == EntryKinds.LuaLibrary)) imports[library.Id.Name] = library.Id.ToString();
        var check = File.ReadAllText(Path.Combine(Folder, "check.lua"));
        Add(EntryKinds.LuaLibrary, ["check"], callees is null ? check : check.Replace("local callees = nil", $"local callees = \"{callees}\"", StringComparison.Ordinal));
        var parts = new List<(string Kind, string[] Words, int First)> { (kind, ["test"], 0) };
        for (var i = 0; i < lines.Length; i++)
        {
            var words = lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is not ["--", var mark, _, ..]) continue;
            if (mark == "@process") parts.Add((EntryKinds.LuaProcess, words[2..], i));
            if (mark == "@function") parts.Add((EntryKinds.LuaFunction, words[2..], i));
            if (mark == "@library") parts.Add((EntryKinds.LuaLibrary, words[2..], i));
        }
        // Libraries first, because everything else imports them. Empty lines in front keep the line numbers of the file.
        foreach (var part in parts.OrderBy(p => p.Kind != EntryKinds.LuaLibrary))
        {
            var end = parts.Select(p => p.First).Where(first => first > part.First).DefaultIfEmpty(lines.Length).Min();
            Add(part.Kind, part.Words, new string('\n', part.First) + string.Join('\n', lines[part.First..end]));
        }
        return entries;
    }

    /// <summary>A function <c>app:NAME</c> that may use every module.</summary>
    public static Entry Function(string name, string source) => new(
        new EntryId("app", name),
        EntryKinds.LuaFunction,
        data: new Dictionary<string, object?> { ["source"] = source, ["modules"] = LuaModules.Names.ToList<object?>() });

    // path.to.field=value, where the value is a number, true, false, a list of texts with commas, or a text.
    private static void AddField(Dictionary<string, object?> fields, string field)
    {
        var (path, text) = field.Split('=') is [var left, var right] ? (left.Split('.'), right) : throw new InvalidOperationException($"no field: {field}");
        if (path[0] == "meta") path = path[1..];
        foreach (var name in path[..^1])
        {
            if (!fields.ContainsKey(name)) fields[name] = new Dictionary<string, object?>();
            fields = (Dictionary<string, object?>)fields[name]!;
        }
        fields[path[^1]] = long.TryParse(text, out var number) ? number
            : bool.TryParse(text, out var flag) ? flag
            : text.Contains(',', StringComparison.Ordinal) ? text.Split(',', StringSplitOptions.RemoveEmptyEntries).ToList<object?>()
            : text;
    }
}
