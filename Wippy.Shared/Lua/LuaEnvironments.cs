using System.Text;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Lua.Types;

namespace Wippy.Shared.Lua;

/// <summary>
/// What global names mean in the chunks of one program: each entry has a global table of its own, so that a module or
/// import is seen only by the entry that lists it (reference: lua-environment §4). Names are resolved when first used. Any thread.
/// </summary>
/// <param name="chunks">The program and its libraries, which are compiled in dependency order; a library's number is its place there.</param>
internal sealed class LuaEnvironments(LuaChunk[] chunks)
{
    private static readonly int Resolver = LuaCallbacks.Register(Resolve);
    private static readonly int Requirer = LuaCallbacks.Register(Require, LuaReturns.Rest);

    /// <summary>Chunks to run, in order; the program's own is the last.</summary>
    public int Count => chunks.Length;

    /// <summary>Whether the code can meet types as values.</summary>
    public bool DeclareTypes { get; } = chunks.Any(chunk => chunk.Types.Count > 0);

    public LuaChunk Of(int number) => chunks[number];

    /// <summary>The chunk that declares these types.</summary>
    public int NumberOf(TypeTable types) => Array.FindIndex(chunks, chunk => ReferenceEquals(chunk.Types, types));

    /// <summary>Pushes a new global table for a chunk.</summary>
    public static void Push(LuaStack stack, int number)
    {
        stack.NewTable();
        stack.NewTable(0, 2);
        LuaCallbacks.Push(stack, Resolver, number);
        stack.RawSetField(-2, "__index"u8);
        // Programs cannot get at the resolver, which relies on being called by Lua alone.
        stack.Push(false);
        stack.RawSetField(-2, "__metatable"u8);
        stack.SetMetatable(-2);
    }

    /// <summary>Looks up what a chunk names, as far as that needs no process, and keeps it in the global table at the top.</summary>
    public void Prepare(LuaStack stack, int number)
    {
        var chunk = chunks[number];
        var table = stack.Top;
        foreach (var name in chunk.Names)
        {
            if (TypeModule.IsGlobal(name, DeclareTypes) || chunk.Imports.ContainsKey(name)) continue;
            stack.Push(name);
            if (TryPushPlain(stack, table, number, Encoding.UTF8.GetBytes(name))) stack.RawSet(table);
            else stack.Pop(1);
            if (chunk.Modules.TryGetValue(name, out var module)) module.Prepare(stack, chunk.Names);
        }
        LuaSandbox.Globals.PrepareNested(stack, chunk.Names);
        LuaModules.Always.PrepareNested(stack, chunk.Names);
        if (chunk.Names.Contains("inbox") || chunk.Names.Contains("listen") || chunk.Names.Contains("events")) LuaTypes.Prepare(stack, chunk.Names, LuaUserdataKind.Channel);
        if (chunk.Names.Contains("payload")) LuaTypes.Prepare(stack, chunk.Names, LuaUserdataKind.Message, LuaUserdataKind.Payload);
    }

    // __index of a global table: (table, name).
    private static int Resolve(LuaBehavior behavior, LuaStack stack)
    {
        var number = (int)LuaCallbacks.Upvalue(stack);
        if (stack.TypeOf(2) != LuaType.String || !behavior.Environments.TryPush(behavior, stack, number, stack.ToBytes(2)))
        {
            stack.PushNil();
            return 1;
        }
        stack.PushValue(2);
        stack.PushValue(3);
        stack.RawSet(1);
        return 1;
    }

    private bool TryPush(LuaBehavior behavior, LuaStack stack, int number, ReadOnlySpan<byte> name)
    {
        // What the entry has named itself hides what is always there.
        if (chunks[number].Imports.Count > 0 && TryPushImport(stack, number, Encoding.UTF8.GetString(name))) return true;
        return TypeModule.TryPushGlobal(behavior, stack, number, name) || TryPushPlain(stack, 1, number, name);
    }

    // What needs no process.
    private bool TryPushPlain(LuaStack stack, int table, int number, ReadOnlySpan<byte> name)
    {
        if (LuaSandbox.Globals.TryPushMember(stack, name) || LuaModules.Always.TryPushMember(stack, name)) return true;
        if (name.SequenceEqual("_G"u8))
        {
            stack.PushValue(table);
            return true;
        }
        if (name.SequenceEqual("require"u8))
        {
            LuaCallbacks.Push(stack, Requirer, number);
            return true;
        }
        var text = Encoding.UTF8.GetString(name);
        return TryPushListed(stack, number, text);
    }

    /// <summary>Pushes what an imported library returned.</summary>
    /// <param name="stack">Where to.</param>
    /// <param name="number">The chunk that imports it.</param>
    /// <param name="alias">Its name there.</param>
    /// <returns>False, with nothing pushed, when that chunk imports nothing of this name.</returns>
    public bool TryPushImport(LuaStack stack, int number, string alias)
    {
        if (!chunks[number].Imports.TryGetValue(alias, out var library)) return false;
        stack.PushAnchored(LuaAnchors.Import(Array.FindIndex(chunks, c => c.Id == library)));
        return true;
    }

    private bool TryPushListed(LuaStack stack, int number, string name)
    {
        if (TryPushImport(stack, number, name)) return true;
        var chunk = chunks[number];
        if (!chunk.Modules.TryGetValue(name, out var module)) return false;
        module.Push(stack);
        return true;
    }

    private static int Require(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? name))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, "require", "string", LuaArguments.TypeName(stack, 1)));
        }
        stack.PushNil();
        var found = behavior.Environments.TryPushListed(stack, (int)LuaCallbacks.Upvalue(stack), name) || LuaModules.TryPushAlways(stack, name);
        return found ? 2 : LuaArguments.Fault(stack, $"module '{name}' not found");
    }
}
