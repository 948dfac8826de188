namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>text</c> module (docs/modules/text.md).</summary>
internal static class TextModule
{
    public static LuaLibrary Library { get; } = new LuaLibrary("text")
        .Nested("regexp", RegexpModule.Library)
        .Nested("diff", DiffModule.Library)
        .Nested("splitter", SplitterModule.Library);
}
