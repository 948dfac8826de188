using System.Diagnostics.CodeAnalysis;
using System.Text;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Lua.Modules;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Lua;

/// <summary>The built-in modules by name: those every program has, and those an entry must list.</summary>
internal static class LuaModules
{
    // A module is made when the first program lists it: with all that they use, most of the time of a start would go to those which none does.
    private static readonly Dictionary<string, Func<LuaLibrary>> Listed = new(StringComparer.Ordinal)
    {
        ["base64"] = () => Base64Module.Library,
        ["crypto"] = () => CryptoModule.Library,
        ["ctx"] = () => CtxModule.Library,
        ["env"] = () => EnvModule.Library,
        ["events"] = () => EventsModule.Library,
        ["funcs"] = () => FuncsModule.Library,
        ["hash"] = () => HashModule.Library,
        ["http"] = () => HttpModule.Library,
        ["io"] = () => IoModule.Library,
        ["json"] = () => JsonModule.Library,
        ["logger"] = () => LoggerModule.Library,
        ["metrics"] = () => MetricsModule.Library,
        ["queue"] = () => QueueModule.Library,
        ["registry"] = () => RegistryModule.Library,
        ["security"] = () => SecurityModule.Library,
        ["store"] = () => StoreModule.Library,
        ["system"] = () => SystemModule.Library,
        ["text"] = () => TextModule.Library,
        ["time"] = () => TimeModule.Library,
        ["uuid"] = () => UuidModule.Library,
        ["yaml"] = () => YamlModule.Library,
    };

    private static readonly HashSet<string> AlwaysNames =
        new(["process", "channel", "coroutine", "errors", "payload", "string", "table", "math", "os"], StringComparer.Ordinal);

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
    public static IEnumerable<LuaLibrary> Libraries => Listed.Values.Select(library => library());

    /// <summary>Modules that every program has, in no particular order.</summary>
    public static IEnumerable<string> AlwaysThere => AlwaysNames;

    /// <summary>The module an entry lists.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out LuaLibrary? library)
    {
        library = Listed.GetValueOrDefault(name)?.Invoke();
        return library is not null;
    }

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
    public static string Unknown(string name) => NearMiss.Suggest(name, Listed.Keys) is { Length: > 0 } suggestion
        ? $"unknown module '{name}'{suggestion}"
        : $"unknown module '{name}' (there are: {string.Join(", ", Listed.Keys.Order())})";
}
