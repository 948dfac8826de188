using System.Collections.Frozen;
using static Wippy.Shared.Registry.FieldShape;

namespace Wippy.Shared.Registry;

/// <summary>A kind of entry and the fields it knows.</summary>
/// <param name="Name">As written in YAML.</param>
/// <param name="Data">Shape of the entry's data; <see cref="Structure"/> for every kind with behaviour.</param>
/// <param name="Meta">Shape of the part of meta that has a meaning. Meta is always open.</param>
internal sealed record EntryKind(string Name, FieldShape Data, Structure Meta);

/// <summary>The kinds of entries and their fields: the one table that validation works from.</summary>
internal static class EntryKinds
{
    public const string ProcessHost = "process.host";
    public const string TerminalHost = "terminal.host";
    public const string LuaProcess = "process.lua";
    public const string NativeProcess = "process.native";
    public const string ProcessService = "process.service";
    public const string LuaFunction = "function.lua";
    public const string LuaLibrary = "library.lua";
    public const string SecurityPolicy = "security.policy";
    public const string ExpressionPolicy = "security.policy.expr";
    public const string EnvMemory = "env.storage.memory";
    public const string EnvOs = "env.storage.os";
    public const string EnvFile = "env.storage.file";
    public const string EnvStatic = "env.storage.static";
    public const string EnvRouter = "env.storage.router";
    public const string EnvVariable = "env.variable";
    public const string MemoryStore = "store.memory";
    public const string TokenStore = "security.token_store";
    public const string QueueDriver = "queue.driver.memory";
    public const string Queue = "queue.queue";
    public const string QueueConsumer = "queue.consumer";
    public const string SecurityZone = "security.zone";
    public const string HttpService = "http.service";
    public const string HttpRouter = "http.router";
    public const string HttpEndpoint = "http.endpoint";
    public const string PlainEntry = "registry.entry";

    private const string PackagePrefix = "ns.";

    private const int MailboxCeiling = 8_388_607;

    private static readonly FieldShape AnyText = new Text();
    private static readonly FieldShape AnyDuration = new Duration();
    private static readonly FieldShape FreeMap = new Structure(Open: true);
    private static readonly FieldShape Zone = new Text("system", "user", "terminal");
    private static readonly FieldShape FileMode = new Octal();
    private static readonly FieldShape AnyHost = new Reference(ProcessHost, TerminalHost);

    private static readonly FieldShape Lifecycle = Closed(
        new("auto_start", new Flag()),
        new("start_timeout", AnyDuration),
        new("stop_timeout", AnyDuration),
        new("stable_threshold", AnyDuration),
        new("startup", new Text("required", "optional")),
        // Without what it requires a service does not start, and everything else does.
        new("requires", new ListOf(new Reference { MayBeMissing = true })),
        new("depends_on", new ListOf(new Reference { MayBeMissing = true })),
        new("restart", Closed(
            new("initial_delay", AnyDuration),
            new("delay", AnyDuration),
            new("max_delay", AnyDuration),
            new("backoff_factor", new Number(1)),
            new("jitter", new Number(0, 1)),
            new("max_attempts", new Whole(0)))),
        // Names of groups and policies are checked together with the policies they name, by Security.PolicyCatalog.
        new("security", Closed(
            new("actor", Closed(
                new("id", AnyText, Required: true),
                new("meta", FreeMap))),
            new("groups", new ListOf(new Id())),
            new("policies", new ListOf(new Id())))));

    private static readonly EntryField[] LuaCode =
    [
        new("source", AnyText, Required: true),
        new("modules", new ListOf(AnyText)),
        // Of a process or function, too, what its chunk returns can be used.
        new("imports", new MapOf(new Reference(LuaLibrary, LuaFunction, LuaProcess))),
    ];

    private static readonly Structure PlainMeta = new(Open: true);

    private static readonly Structure ProcessMeta = new(
        Open: true,
        new("default_host", AnyHost),
        new("options", new Structure(Open: true, new EntryField("default_host", AnyHost))),
        new("command", new Structure(
            Open: true,
            new("name", AnyText, Required: true),
            new("short", AnyText))));

    private static readonly Structure FunctionMeta = new(
        Open: true,
        new EntryField("options", new Structure(
            Open: true,
            new EntryField("retry", Closed(
                new("max_attempts", new Whole(1)),
                new("initial_delay", new Whole(0)),
                new("max_delay", new Whole(0)),
                new("backoff_factor", new Number(1)),
                new("jitter", new Number(0, 1)),
                new("retry_kinds", new ListOf(AnyText)),
                new("skip_kinds", new ListOf(AnyText)))))));

    private static readonly FrozenDictionary<string, EntryKind> Table = new EntryKind[]
    {
        new(ProcessHost, Closed(
            new("zone", Zone),
            new("host", Closed(
                new("workers", new Whole(1, 1024)),
                new("queue_size", new Whole(1)),
                new("local_queue_size", new Whole(1)),
                new("max_processes", new Whole(1)))),
            // Names of modules are checked by Lua.LuaHostModules, names of groups and policies by Security.PolicyCatalog.
            new("modules", new ListOf(AnyText)),
            new("groups", new ListOf(new Id())),
            new("policies", new ListOf(new Id())),
            new("limits", Closed(
                new("memory", new Size(1 << 20)),
                new("mailbox_memory", new Size(1 << 20)),
                new("mailbox", new Whole(1, MailboxCeiling)),
                new("processes", new Whole(1)),
                new("time_slice", AnyDuration),
                new("hibernate_after", AnyDuration),
                new("preemption", new Text("hook", "monitor")))),
            new("lifecycle", Lifecycle)), PlainMeta),

        new(TerminalHost, Closed(
            new("zone", Zone),
            new("hide_logs", new Flag()),
            new("lifecycle", Lifecycle)), PlainMeta),

        new(LuaProcess, Closed([.. LuaCode, new("method", AnyText)]), ProcessMeta),

        new(NativeProcess, Closed(new EntryField("class", AnyText)), ProcessMeta),

        new(ProcessService, Closed(
            new("process", new Reference(LuaProcess, NativeProcess), Required: true),
            new("host", AnyHost, Required: true),
            new("input", new ListOf(new Anything())),
            new("lifecycle", Lifecycle)), PlainMeta),

        new(LuaFunction, Closed([
            .. LuaCode,
            new("method", AnyText),
            new("pool", Closed(
                new("type", new Text("inline", "lazy", "static", "adaptive")),
                new("size", new Whole(1, 10_000)),
                new("workers", new Whole(0, 10_000)),
                new("max_size", new Whole(1, 10_000)),
                new("buffer", new Whole(0)),
                new("warm_start", new Flag())))]), FunctionMeta),

        new(LuaLibrary, Closed(LuaCode), PlainMeta),

        new(HttpService, Closed(
            new("addr", AnyText, Required: true),
            new("timeouts", Closed(
                new("read", AnyDuration),
                new("write", AnyDuration),
                new("idle", AnyDuration))),
            new("limits", Closed(
                new("body_bytes", new Whole(0, 1 << 30)),
                new("header_bytes", new Whole(1024, 1 << 20)),
                new("requests", new Whole(1)),
                new("connections", new Whole(1)))),
            new("lifecycle", Lifecycle)), PlainMeta),

        new(HttpRouter, Closed(
            new("prefix", AnyText),
            new("middleware", new ListOf(AnyText)),
            new("options", FreeMap)), new Structure(Open: true, new EntryField("server", new Reference(HttpService), Required: true))),

        new(HttpEndpoint, Closed(
            new("method", new Text("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")),
            new("path", AnyText, Required: true),
            new("func", new Reference(LuaFunction, LuaProcess, NativeProcess), Required: true),
            new("zone", new Text("system", "user"))), new Structure(Open: true, new EntryField("router", new Reference(HttpRouter), Required: true))),

        new(SecurityPolicy, Closed(
            new("policy", Closed(
                new("actions", new OneOrMore(AnyText), Required: true),
                new("resources", new OneOrMore(AnyText), Required: true),
                new("effect", new Text("allow", "deny"), Required: true),
                new("conditions", new ListOf(Closed(
                    new("field", AnyText, Required: true),
                    new("operator", new Text(
                        "eq", "ne", "lt", "gt", "lte", "gte", "in", "nin",
                        "contains", "ncontains", "matches", "nmatches", "exists", "nexists"), Required: true),
                    new("value", new Anything()),
                    new("value_from", AnyText))))), Required: true),
            new("groups", new ListOf(new Id()))), PlainMeta),

        new(ExpressionPolicy, Closed(
            new("policy", Closed(
                new("actions", new OneOrMore(AnyText), Required: true),
                new("resources", new OneOrMore(AnyText), Required: true),
                new("effect", new Text("allow", "deny"), Required: true),
                new("expression", AnyText, Required: true)), Required: true),
            new("groups", new ListOf(new Id()))), PlainMeta),

        new(EnvMemory, Closed(new EntryField("lifecycle", Lifecycle)), PlainMeta),

        new(EnvOs, Closed(new EntryField("lifecycle", Lifecycle)), PlainMeta),

        new(EnvFile, Closed(
            new("file_path", AnyText, Required: true),
            new("auto_create", new Flag()),
            new("file_mode", FileMode),
            new("dir_mode", FileMode),
            new("lifecycle", Lifecycle)), PlainMeta),

        new(EnvStatic, Closed(
            new("values", new MapOf(new Anything()), Required: true),
            new("lifecycle", Lifecycle)), PlainMeta),

        new(EnvRouter, Closed(
            new("storages", new ListOf(new Reference(EnvMemory, EnvOs, EnvFile, EnvStatic)), Required: true),
            new("lifecycle", Lifecycle)), PlainMeta),

        new(EnvVariable, Closed(
            new("variable", AnyText),
            new("storage", new Reference(EnvMemory, EnvOs, EnvFile, EnvStatic, EnvRouter), Required: true),
            new("default", AnyText),
            new("readonly", new Flag()),
            new("read_only", new Flag())), PlainMeta),

        new(MemoryStore, Closed(
            new("max_size", new Whole(1)),
            new("cleanup_interval", AnyDuration),
            new("lifecycle", Lifecycle)), PlainMeta),

        new(TokenStore, Closed(
            new("store", new Reference(MemoryStore), Required: true),
            new("token_length", new Whole(16, 256)),
            new("default_expiration", AnyDuration),
            new("token_key", AnyText)), PlainMeta),

        new(QueueDriver, Closed(new EntryField("lifecycle", Lifecycle)), PlainMeta),

        new(Queue, Closed(
            new("driver", new Reference(QueueDriver), Required: true),
            new("codec", AnyText),
            new("queue_name", AnyText),
            new("driver_options", Closed(
                new EntryField("memory", Closed(
                    new EntryField("max_length", new Whole(1)))))),
            new("lifecycle", Lifecycle)), PlainMeta),

        new(QueueConsumer, Closed(
            new("queue", new Reference(Queue), Required: true),
            new("func", new Reference(LuaFunction), Required: true),
            new("zone", Zone),
            new("concurrency", new Whole(1, 1000)),
            new("prefetch", new Whole(1)),
            new("auto_ack", new Flag()),
            new("lifecycle", Lifecycle)), PlainMeta),

        new(SecurityZone, Closed(
            new("zone", Zone, Required: true),
            new("speaks_for", new OneOrMore(AnyText)),
            new("modules", new ListOf(AnyText))), PlainMeta),

        new(PlainEntry, new Anything(), PlainMeta),
    }.ToFrozenDictionary(kind => kind.Name);

    /// <summary>Every kind with a row of its own, in no particular order.</summary>
    public static IEnumerable<string> Names => Table.Keys;

    /// <summary>
    /// The kind of that name, or null. Everything in <c>ns.*</c> is known and free of form: it describes packages and
    /// has no behaviour here.
    /// </summary>
    public static EntryKind? Find(string name) =>
        Table.GetValueOrDefault(name)
        ?? (name.StartsWith(PackagePrefix, StringComparison.Ordinal) ? new EntryKind(name, new Anything(), PlainMeta) : null);

    /// <summary>Whether entries of that kind have a lifecycle, so that they are started and stopped.</summary>
    public static bool IsService(string name) => Find(name)?.Data is Structure data && data.Fields.Any(field => field.Shape == Lifecycle);

    /// <summary>Whether entries of that kind are policies.</summary>
    public static bool IsPolicy(string name) => name is SecurityPolicy or ExpressionPolicy;

    /// <summary>Whether entries of that kind decide what may be done.</summary>
    public static bool IsSecurity(string name) => IsPolicy(name) || name == SecurityZone;

    private static Structure Closed(params EntryField[] fields) => new(Open: false, fields);
}
