using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Types;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Lua;

/// <summary>One compiled source: bytecode, and what its code may name.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Bytecode">Of its chunk.</param>
/// <param name="Types">Those it declares and uses as values.</param>
/// <param name="Modules">By name.</param>
/// <param name="Imports">Alias to library entry.</param>
internal sealed record LuaChunk(
    EntryId Id,
    byte[] Bytecode,
    TypeTable Types,
    IReadOnlyDictionary<string, LuaLibrary> Modules,
    IReadOnlyDictionary<string, EntryId> Imports);

/// <summary>A compiled <c>process.lua</c> entry with its libraries, each once and before those that import it.</summary>
internal sealed record LuaProgram(LuaChunk Chunk, IReadOnlyList<LuaChunk> Libraries, string Method) : IProgram
{
    /// <inheritdoc/>
    public EntryId Id => Chunk.Id;

    /// <summary>What its chunks see as globals.</summary>
    public LuaEnvironments Environments { get; } = new([.. Libraries, Chunk]);

    /// <inheritdoc/>
    public (EntryId Entry, string Module)? FirstModuleNotIn(IReadOnlySet<string> granted)
    {
        foreach (var chunk in Libraries.Append(Chunk))
        {
            if (chunk.Modules.Keys.FirstOrDefault(module => !granted.Contains(module)) is { } module) return (chunk.Id, module);
        }
        return null;
    }

    /// <inheritdoc/>
    public IBehavior CreateBehavior(Process process, Payload arguments) => new LuaBehavior(process, this, arguments);
}
