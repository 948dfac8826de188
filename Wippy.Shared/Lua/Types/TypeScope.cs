namespace Wippy.Shared.Lua.Types;

/// <summary>What type names mean in one block. A type may be used before the line that declares it, as types that refer to each other must.</summary>
internal sealed class TypeScope(TypeScope? parent)
{
    private Dictionary<string, AliasSyntax>? _types;
    private Dictionary<string, string>? _modules;

    public TypeScope? Parent => parent;

    /// <summary>Declares a type; one of the same name in this block is replaced.</summary>
    public void Declare(AliasSyntax type) => (_types ??= new(StringComparer.Ordinal))[type.Name] = type;

    /// <summary>Notes that a local holds the result of <c>require</c>.</summary>
    public void DeclareModule(string local, string module) => (_modules ??= new(StringComparer.Ordinal))[local] = module;

    /// <summary>The type of this name here; null if the program declares none.</summary>
    public AliasSyntax? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._types is not null && scope._types.TryGetValue(name, out var type)) return type;
        }
        return null;
    }

    /// <summary>The module that a name stands for here: what it was required as, else the name itself, as modules are globals.</summary>
    public string ModuleOf(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._modules is not null && scope._modules.TryGetValue(name, out var module)) return module;
        }
        return name;
    }
}
