using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Lua.Modules;

namespace Wippy.Shared.Lua;

/// <summary>The built-in modules by name: those every program has, and those an entry must list.</summary>
internal static class LuaModules
{
    private static readonly FrozenDictionary<string, LuaLibrary> Listed = new[]
    {
        Base64Module.Library,
        CryptoModule.Library,
        CtxModule.Library,
        EnvModule.Library,
        EventsModule.Library,
        FuncsModule.Library,
        HashModule.Library,
        HttpModule.Library,
        IoModule.Library,
        JsonModule.Library,
        LoggerModule.Library,
        MetricsModule.Library,
        QueueModule.Library,
        RegistryModule.Library,
        SecurityModule.Library,
        StoreModule.Library,
        SystemModule.Library,
        TextModule.Library,
        TimeModule.Library,
        UuidModule.Library,
        YamlModule.Library,
    }.ToFrozenDictionary(library => library.Name, StringComparer.Ordinal);

    private static readonly FrozenSet<string> AlwaysNames =
        FrozenSet.ToFrozenSet(["process", "channel", "coroutine", "errors", "payload", "string", "table", "math", "os"], StringComparer.Ordinal);

    /// <summary>Globals that need no listing.</summary>
    public static LuaLibrary Always { get; } = new LuaLibrary("always")
        .Nested("process", ProcessModule.Library)
        .Nested("channel", ChannelModule.Library)
        .Nested("coroutine", CoroutineModule.Library)
        .Nested("errors", ErrorsModule.Library)
        .Nested("payload", PayloadModule.Library)
        .Nested("os", OsModule.Library)
        .Checked("subscribe(topic: string): channel!", SubscribeModule.Subscribe)
        .Checked("unsubscribe(channel: channel): boolean, error?", SubscribeModule.Unsubscribe)
        .Text("print(...)", LoggerModule.Print);

    /// <summary>Modules that an entry may list, in no particular order.</summary>
    public static IEnumerable<string> Names => Listed.Keys;

    /// <summary>The same, themselves.</summary>
    public static IEnumerable<LuaLibrary> Libraries => Listed.Values;

    /// <summary>Modules that every program has, in no particular order.</summary>
    public static IEnumerable<string> AlwaysThere => AlwaysNames;

    /// <summary>The module an entry lists.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out LuaLibrary? library) => Listed.TryGetValue(name, out library);

    /// <summary>Pushes a module that every program has.</summary>
    /// <returns>False, with nothing pushed, when it is none.</returns>
    public static bool TryPushAlways(LuaStack stack, string name)
    {
        if (!AlwaysNames.Contains(name)) return false;
        var text = Encoding.UTF8.GetBytes(name);
        return Always.TryPushMember(stack, text) || LuaSandbox.Globals.TryPushMember(stack, text);
    }

    /// <summary>Whether an entry may list it; listing one that is always there changes nothing.</summary>
    public static bool IsKnown(string name) => Listed.ContainsKey(name) || AlwaysNames.Contains(name);

    /// <summary>The complaint about a name that no module has.</summary>
    public static string Unknown(string name) => $"unknown module '{name}' (there are: {string.Join(", ", Listed.Keys.Order())})";
}
