using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>An entry from which processes are spawned, compiled.</summary>
/// <param name="Id">The entry.</param>
/// <param name="DefaultHost">Where it runs when called like a function; null = it cannot be.</param>
/// <param name="Command">How the command line starts it; null = by id only.</param>
internal abstract record ProcessSpec(EntryId Id, EntryId? DefaultHost, CommandSpec? Command)
{
    /// <param name="entry">Validated.</param>
    /// <returns>Null when the entry is of no kind that can be spawned.</returns>
    public static ProcessSpec? Compile(Entry entry)
    {
        var fields = new EntryFields(entry.Fields);
        var meta = new EntryFields(entry.Meta);
        var hostReference = meta.Text("default_host") ?? meta.Section("options").Text("default_host");
        EntryId? defaultHost = hostReference is null ? null : entry.Resolve(hostReference);
        var command = meta.Section("command").Text("name") is { } name
            ? new CommandSpec(name, meta.Section("command").Text("short") ?? "")
            : null;
        return entry.Kind switch
        {
            EntryKinds.LuaProcess => new LuaProcessSpec(entry.Id, defaultHost, command)
            {
                Code = LuaCode.Compile(entry),
                Method = fields.Text("method") ?? "main",
            },
            EntryKinds.NativeProcess => new NativeProcessSpec(entry.Id, defaultHost, command)
            {
                ClassName = fields.Text("class") ?? entry.Id.ToString(),
            },
            _ => null,
        };
    }
}

/// <summary>A <c>process.lua</c> entry.</summary>
internal sealed record LuaProcessSpec(EntryId Id, EntryId? DefaultHost, CommandSpec? Command) : ProcessSpec(Id, DefaultHost, Command)
{
    /// <summary>The Lua text and what it may require.</summary>
    public required LuaCode Code { get; init; }

    /// <summary>Key in the table that the chunk returns, default <c>main</c>; ignored when it returns a function.</summary>
    public required string Method { get; init; }
}

/// <summary>A <c>process.native</c> entry.</summary>
internal sealed record NativeProcessSpec(EntryId Id, EntryId? DefaultHost, CommandSpec? Command) : ProcessSpec(Id, DefaultHost, Command)
{
    /// <summary>The name that the .NET class is registered under; by default the entry's id.</summary>
    public required string ClassName { get; init; }
}

/// <summary><c>meta.command</c>: a process as a command of <c>wippy run</c>.</summary>
/// <param name="Name">The word typed.</param>
/// <param name="Short">One line of help; may be empty.</param>
internal sealed record CommandSpec(string Name, string Short);
