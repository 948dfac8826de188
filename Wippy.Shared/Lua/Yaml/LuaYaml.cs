namespace Wippy.Shared.Lua.Yaml;

/// <summary>Bounds of YAML texts, both ways: a call cannot be interrupted.</summary>
internal static class LuaYaml
{
    /// <summary>Bytes of a text.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Values, lists and maps included.</summary>
    public const int MaxValues = 200_000;

    /// <summary>Lists and maps inside one another.</summary>
    public const int MaxDepth = 64;
}
