using System.Collections.Concurrent;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Lua;

/// <summary>
/// Finds and compiles the programs of a registry's <c>process.lua</c> and <c>function.lua</c> entries; kept per version of
/// the registry. Other kinds are left to <paramref name="others"/>. Any thread.
/// </summary>
internal sealed class LuaPrograms(EntryRegistry registry, IProgramSource others) : IProgramSource, IFunctionSource
{
    private Compiled _compiled = new(registry.Current);
    private long _compilations;

    /// <summary>How many chunks it has compiled: the programs and libraries that ran so far, again only for those that have changed.</summary>
    public long Compilations => Interlocked.Read(ref _compilations);

    /// <inheritdoc/>
    public IProgram? Find(EntryId id, out Error? error)
    {
        var compiled = Current();
        if (!compiled.Version.TryGetProcess(id, out var spec) || spec is not LuaProcessSpec lua) return others.Find(id, out error);
        return Find(compiled, id, lua.Code, lua.Method, out error);
    }

    /// <inheritdoc/>
    public IReusableProgram? FindFunction(EntryId id, out Error? error)
    {
        var compiled = Current();
        if (compiled.Version.TryGetFunction(id, out var spec)) return Find(compiled, id, spec.Code, spec.Method, out error);
        error = new Error(ErrorKind.NotFound, "no handler registered for target");
        return null;
    }

    /// <summary>Compiles Lua sources, for those who want to know of problems before anything runs.</summary>
    /// <returns>Per problem: entry, field, what is wrong.</returns>
    public static IEnumerable<(Entry Entry, string Field, string Message)> Check(IEnumerable<Entry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Kind is not (EntryKinds.LuaProcess or EntryKinds.LuaFunction or EntryKinds.LuaLibrary)) continue;
            var code = LuaCode.Compile(entry);
            foreach (var module in code.Modules.Where(m => !LuaModules.IsKnown(m))) yield return (entry, "modules", LuaModules.Unknown(module));
            LuaCompiler.Compile(code.Source, code.ChunkName, out var error);
            if (error is not null) yield return (entry, "source", error);
        }
    }

    private Compiled Current()
    {
        var snapshot = registry.Current;
        var compiled = Volatile.Read(ref _compiled);
        if (ReferenceEquals(compiled.Version, snapshot)) return compiled;
        compiled = compiled.For(snapshot);
        Volatile.Write(ref _compiled, compiled);
        return compiled;
    }

    private LuaProgram? Find(Compiled compiled, EntryId id, LuaCode code, string method, out Error? error)
    {
        error = null;
        if (compiled.Programs.TryGetValue(id, out var program)) return program;
        program = Compile(compiled.Version, id, code, method, out error);
        return program is null ? null : compiled.Programs.GetOrAdd(id, program);
    }

    private LuaProgram? Compile(Snapshot snapshot, EntryId id, LuaCode code, string method, out Error? error)
    {
        var libraries = new List<LuaChunk>();
        foreach (var import in code.Imports.Values)
        {
            if (!TryAddLibrary(snapshot, import, libraries, out error)) return null;
        }
        var chunk = CompileChunk(id, code, out error);
        return chunk is null ? null : new LuaProgram(chunk, libraries, method);
    }

    // Depth first, so that what a library needs stands before it; the registry has refused cycles.
    private bool TryAddLibrary(Snapshot snapshot, EntryId id, List<LuaChunk> libraries, out Error? error)
    {
        error = null;
        if (libraries.Any(known => known.Id == id)) return true;
        if (!snapshot.Entries.TryGetValue(id, out var entry))
        {
            error = new Error(ErrorKind.NotFound, $"imported library {id} not found");
            return false;
        }
        var code = LuaCode.Compile(entry);
        foreach (var import in code.Imports.Values)
        {
            if (!TryAddLibrary(snapshot, import, libraries, out error)) return false;
        }
        var chunk = CompileChunk(id, code, out error);
        if (chunk is not null) libraries.Add(chunk);
        return chunk is not null;
    }

    private LuaChunk? CompileChunk(EntryId id, LuaCode code, out Error? error)
    {
        var modules = new Dictionary<string, LuaLibrary>(StringComparer.Ordinal);
        foreach (var name in code.Modules)
        {
            if (LuaModules.TryGet(name, out var module))
            {
                modules[name] = module;
                continue;
            }
            if (LuaModules.IsKnown(name)) continue;
            error = new Error(ErrorKind.Invalid, $"{id}: {LuaModules.Unknown(name)}");
            return null;
        }
        Interlocked.Increment(ref _compilations);
        var compiled = LuaCompiler.Compile(code.Source, id.ToString(), out var message);
        error = compiled is null ? new Error(ErrorKind.Internal, $"failed to execute script: {message}") : null;
        return compiled is null ? null : new LuaChunk(id, compiled.Bytecode, compiled.Types, compiled.Names, modules, code.Imports);
    }

    // One reference, so that a program is never kept for another version than its own.
    private sealed record Compiled(Snapshot Version)
    {
        public ConcurrentDictionary<EntryId, LuaProgram> Programs { get; } = new();

        // What is made of entries that have not changed stays.
        public Compiled For(Snapshot next)
        {
            var compiled = new Compiled(next);
            foreach (var (id, program) in Programs)
            {
                if (program.Libraries.Append(program.Chunk).All(chunk => IsSame(chunk.Id, next))) compiled.Programs[id] = program;
            }
            return compiled;
        }

        private bool IsSame(EntryId id, Snapshot next) =>
            Version.Entries.TryGetValue(id, out var was) && next.Entries.TryGetValue(id, out var now) && ReferenceEquals(was, now);
    }
}
