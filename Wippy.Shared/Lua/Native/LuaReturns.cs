namespace Wippy.Shared.Lua.Native;

/// <summary>What the caller of a registered function sees of its results.</summary>
internal enum LuaReturns
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>All but the first, which is a fault or nil: a fault is raised in the name of the caller.</summary>
    Rest,

    /// <summary>As <see cref="Rest"/>, exactly one; and the function gets exactly two arguments, nil for what was not passed.</summary>
    One,

    /// <summary>As <see cref="Rest"/>, exactly two.</summary>
    Two,
}
