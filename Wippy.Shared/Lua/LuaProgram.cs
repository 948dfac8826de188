using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Lua.Types;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Lua;

/// <summary>One compiled source: bytecode, and what its code may name.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Bytecode">Of its chunk.</param>
/// <param name="Types">Those it declares and uses as values.</param>
/// <param name="Names">Every name in it.</param>
/// <param name="Modules">By name.</param>
/// <param name="Imports">Alias to library entry.</param>
internal sealed record LuaChunk(
    EntryId Id,
    byte[] Bytecode,
    TypeTable Types,
    IReadOnlySet<string> Names,
    IReadOnlyDictionary<string, LuaLibrary> Modules,
    IReadOnlyDictionary<string, EntryId> Imports);

/// <summary>A compiled <c>process.lua</c> or <c>function.lua</c> entry with its libraries, each once and before those that import it. Any thread.</summary>
internal sealed class LuaProgram : IReusableProgram
{
    private readonly Lazy<LuaImage?> _image;

    // Values can reach a program before it names a module, so all types are declared first.
    static LuaProgram()
    {
        LuaValueCheck.Require();
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(LuaModules).TypeHandle);
    }

    /// <param name="chunk">The entry's own.</param>
    /// <param name="libraries">See <see cref="Libraries"/>.</param>
    /// <param name="method">What to call in what the chunk returns.</param>
    public LuaProgram(LuaChunk chunk, IReadOnlyList<LuaChunk> libraries, string method)
    {
        Chunk = chunk;
        Libraries = libraries;
        Method = method;
        Environments = new LuaEnvironments([.. libraries, chunk]);
        _image = new Lazy<LuaImage?>(() => LuaImage.TryCreate(Prepare));
    }

    public LuaChunk Chunk { get; }

    /// <summary>What it imports, each once and before those that import it.</summary>
    public IReadOnlyList<LuaChunk> Libraries { get; }

    public string Method { get; }

    /// <inheritdoc/>
    public EntryId Id => Chunk.Id;

    /// <summary>What its chunks see as globals.</summary>
    public LuaEnvironments Environments { get; }

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

    /// <inheritdoc/>
    public IReusableBehavior CreateReusable(Process process, Payload arguments) => new LuaBehavior(process, this, arguments);

    /// <summary>Makes a state in which nothing of the program has run yet: its chunks lie at <see cref="LuaAnchors.Import"/>.</summary>
    /// <param name="memoryLimit">Bytes it may use while Lua code runs.</param>
    public LuaState CreateState(long memoryLimit)
    {
        if (_image.Value is { } image) return image.Copy(memoryLimit);
        var state = LuaState.Create(memoryLimit);
        Prepare(state.Main);
        return state;
    }

    // What programs name is looked up beforehand, because each of its processes would have to.
    private void Prepare(LuaStack stack)
    {
        LuaMonitor.PushBottom(stack.Handle);
        Reserve(stack, LuaAnchors.Method, LuaAnchors.Channel(0));
        LuaSandbox.Furnish(stack);
        for (var number = 0; number < Environments.Count; number++)
        {
            LuaState.LoadTrusted(stack, Environments.Of(number).Bytecode);
            LuaEnvironments.Push(stack, number);
            Environments.Prepare(stack, number);
            LuaState.SetEnvironment(stack);
            stack.Anchor(LuaAnchors.Import(number));
        }
        LuaPrelude.Forget(stack);
        Reserve(stack, LuaAnchors.LastSource, LuaAnchors.LastTopic);
    }

    // Places that nearly every process needs, so that the table of them need not grow in each.
    private static void Reserve(LuaStack stack, params ReadOnlySpan<nint> anchors)
    {
        foreach (var anchor in anchors)
        {
            stack.Push(false);
            stack.Anchor(anchor);
        }
    }
}
