using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>registry</c> module: entries, versions and changes (reference: registry-and-config §8).</summary>
internal static partial class RegistryModule
{
    private const string SnapshotType = "registry.Snapshot";
    private const string VersionType = "registry.Version";
    private const string ChangesType = "registry.Changes";
    private const string HistoryType = "registry.History";

    private static readonly LuaLibrary SnapshotMethods = new LuaLibrary(SnapshotType)
        .Checked("entries(): {id: string, kind: string, meta: table?, data: any}[]!", (behavior, stack) => Entries(behavior, stack, "entries", static _ => true))
        .Fallible("get(id: string): {id: string, kind: string, meta: table?, data: any}!", (behavior, stack) => Self<Snapshot>(behavior, stack, LuaUserdataKind.RegistrySnapshot, "get", out var self) ?? Get(behavior, stack, self, 2, "get"))
        .Checked("namespace(ns: string): {id: string, kind: string, meta: table?, data: any}[]!", Namespace)
        .Fallible("find(filter: table<string, any>): {id: string, kind: string, meta: table?, data: any}[]!", (behavior, stack) => Self<Snapshot>(behavior, stack, LuaUserdataKind.RegistrySnapshot, "find", out var self) ?? Find(behavior, stack, self, 2, "find"))
        .Checked("changes(): registry.Changes", NewChanges)
        .Method("version(): registry.Version", VersionOf);

    private static readonly LuaLibrary VersionMethods = new LuaLibrary(VersionType)
        .Method("id(): integer", (behavior, stack) => OfVersion(behavior, stack, "id", static (_, stack, version) => stack.Push(version.Version)))
        .Method("string(): string", (behavior, stack) => OfVersion(behavior, stack, "string", static (_, stack, version) => stack.Push($"v{version.Version}")))
        .Method("previous(): registry.Version?", (behavior, stack) => OfVersion(behavior, stack, "previous", static (behavior, stack, version) =>
            PushVersion(behavior, stack, VersionsOf(behavior).Values.LastOrDefault(other => other.Version < version.Version))))
        .Method("next(): registry.Version?", (behavior, stack) => OfVersion(behavior, stack, "next", static (behavior, stack, version) =>
            PushVersion(behavior, stack, VersionsOf(behavior).Values.FirstOrDefault(other => other.Version > version.Version))));

    private static readonly LuaLibrary ChangesMethods = new LuaLibrary(ChangesType)
        .Checked("create(entry: {id: string, kind: string, meta: table?, data: any}): registry.Changes", (behavior, stack) => Add(behavior, stack, "create", EntryChange.Create))
        .Checked("update(entry: {id: string, kind: string, meta: table?, data: any}): registry.Changes", (behavior, stack) => Add(behavior, stack, "update", EntryChange.Update))
        .Checked("delete(id: string|table): registry.Changes", Delete)
        .Checked("ops(): table[]!", Operations)
        .Operation("apply(): registry.Version!", Apply);

    private static readonly LuaLibrary HistoryMethods = new LuaLibrary(HistoryType)
        .Checked("versions(): registry.Version[]!", Versions)
        .Fallible("get_version(version: integer|registry.Version): registry.Version!", (behavior, stack) => At(behavior, stack, 2, "get_version", PushVersion))
        .Fallible("snapshot_at(version: integer|registry.Version): registry.Snapshot!", (behavior, stack) => At(behavior, stack, 2, "snapshot_at", PushSnapshot));

    static RegistryModule()
    {
        Declare<Snapshot>(LuaUserdataKind.RegistrySnapshot, SnapshotMethods, snapshot => $"v{snapshot.Version}, {snapshot.Entries.Count} entries");
        Declare<Snapshot>(LuaUserdataKind.RegistryVersion, VersionMethods, version => $"v{version.Version}");
        Declare<List<EntryChange>>(LuaUserdataKind.RegistryChanges, ChangesMethods, changes => $"{changes.Count} operations");
        Declare<EntryRegistry>(LuaUserdataKind.RegistryHistory, HistoryMethods, registry => $"v{registry.Versions.Keys.First()} to v{registry.Versions.Keys.Last()}");
    }

    public static LuaLibrary Library { get; } = new LuaLibrary("registry")
        .Fallible("get(id: string): {id: string, kind: string, meta: table?, data: any}!", (behavior, stack) => Get(behavior, stack, Current(behavior), 1, "get"))
        .Fallible("find(filter: table<string, any>): {id: string, kind: string, meta: table?, data: any}[]!", (behavior, stack) => Find(behavior, stack, Current(behavior), 1, "find"))
        .Checked("parse_id(id: string): {ns: string, name: string}", ParseId)
        .Checked("snapshot(): registry.Snapshot!", (behavior, stack) => Value(stack, () => PushSnapshot(behavior, stack, Current(behavior))))
        .Fallible("snapshot_at(version: integer|registry.Version): registry.Snapshot!", (behavior, stack) => At(behavior, stack, 1, "snapshot_at", PushSnapshot))
        .Checked("current_version(): registry.Version!", (behavior, stack) => Value(stack, () => PushVersion(behavior, stack, Current(behavior))))
        .Checked("versions(): registry.Version[]!", Versions)
        .Checked("history(): registry.History!", (behavior, stack) => Value(stack, () => behavior.Objects.Push(stack, LuaUserdataKind.RegistryHistory, behavior.Process.Node.Registry)))
        .Operation("apply_version(version: integer|registry.Version): boolean!", ApplyVersion)
        .Fallible("build_delta(from: integer|registry.Version|registry.Snapshot|table, to: integer|registry.Version|registry.Snapshot|table): table[]!", BuildDelta);

    private static int Get(LuaBehavior behavior, LuaStack stack, Snapshot snapshot, int argument, string function)
    {
        if (!LuaArguments.TryText(stack, argument, out string? text)) return Bad(stack, argument, function, "string");
        if (!behavior.Process.Permits("registry.get", text)) return Failure(stack, new Error(ErrorKind.PermissionDenied, $"not allowed to get registry entry: {text}"));
        if (!EntryId.TryParse(text, out var id) || !snapshot.Entries.TryGetValue(id, out var entry)) return Failure(stack, new Error(ErrorKind.NotFound, $"entry not found: {text}"));
        stack.PushNil();
        LuaEntries.Push(stack, entry);
        return 2;
    }

    private static int Find(LuaBehavior behavior, LuaStack stack, Snapshot snapshot, int argument, string function)
    {
        if (!LuaTree.TryReadMap(stack, argument, out var keys, out var problem)) return LuaArguments.Fault(stack, $"bad argument #{argument} to '{function}' (must be {problem})");
        if (RegistryFilter.Compile(keys, out var error) is not { } filter) return Failure(stack, error!);
        foreach (var key in filter.Skipped)
        {
            var known = key is "kind" or "name" or "ns" or "id" ? $" (did you mean '.{key}'?)" : "";
            Log.SkippedKey(LoggerOf(behavior), behavior.Process.Entry, key, known);
        }
        stack.PushNil();
        PushEntries(behavior, stack, snapshot, filter.Matches);
        return 2;
    }

    private static int ParseId(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? text)) return Bad(stack, 1, "parse_id", "string");
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        stack.PushNil();
        stack.NewTable(0, 2);
        stack.Push(colon < 0 ? "" : text[..colon]);
        stack.RawSetField(-2, "ns"u8);
        stack.Push(text[(colon + 1)..]);
        stack.RawSetField(-2, "name"u8);
        return 2;
    }

    private static int Namespace(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 2, out string? space)) return Bad(stack, 2, "namespace", "string");
        return Entries(behavior, stack, "namespace", entry => entry.Id.Namespace == space);
    }

    private static int Entries(LuaBehavior behavior, LuaStack stack, string method, Predicate<Entry> isWanted) =>
        Self<Snapshot>(behavior, stack, LuaUserdataKind.RegistrySnapshot, method, out var snapshot) ?? Value(stack, () => PushEntries(behavior, stack, snapshot, isWanted));

    private static int VersionOf(LuaBehavior behavior, LuaStack stack) =>
        Self<Snapshot>(behavior, stack, LuaUserdataKind.RegistrySnapshot, "version", out var snapshot) ?? Value(stack, () => PushVersion(behavior, stack, snapshot));

    private static int OfVersion(LuaBehavior behavior, LuaStack stack, string method, Action<LuaBehavior, LuaStack, Snapshot> push) =>
        Self<Snapshot>(behavior, stack, LuaUserdataKind.RegistryVersion, method, out var version) ?? Value(stack, () => push(behavior, stack, version));

    private static int Versions(LuaBehavior behavior, LuaStack stack)
    {
        var versions = VersionsOf(behavior);
        stack.PushNil();
        stack.NewTable(versions.Count);
        var i = 0;
        foreach (var version in versions.Values)
        {
            PushVersion(behavior, stack, version);
            stack.RawSet(-2, ++i);
        }
        return 2;
    }

    private static int At(LuaBehavior behavior, LuaStack stack, int argument, string function, Action<LuaBehavior, LuaStack, Snapshot?> push)
    {
        if (!TryVersion(behavior, stack, argument, out var number)) return Bad(stack, argument, function, "version");
        if (!VersionsOf(behavior).TryGetValue(number, out var version)) return Failure(stack, behavior.Process.Node.Registry.NoVersion(number));
        return Value(stack, () => push(behavior, stack, version));
    }

    private static int NewChanges(LuaBehavior behavior, LuaStack stack)
    {
        if (Self<Snapshot>(behavior, stack, LuaUserdataKind.RegistrySnapshot, "changes", out _) is { } fault) return fault;
        stack.PushNil();
        stack.NewTable();
        behavior.Objects.PushWithWeight(stack, LuaUserdataKind.RegistryChanges, new List<EntryChange>());
        return 2;
    }

    private static int Add(LuaBehavior behavior, LuaStack stack, string method, Func<Entry, EntryChange> change)
    {
        if (Self<List<EntryChange>>(behavior, stack, LuaUserdataKind.RegistryChanges, method, out var changes) is { } fault) return fault;
        if (stack.TypeOf(2) != LuaType.Table) return Bad(stack, 2, method, "table");
        if (!LuaEntries.TryRead(stack, 2, out var entry, out var problem)) return LuaArguments.Fault(stack, $"bad argument #2 to '{method}' (must be {problem})");
        return Added(stack, changes, change(entry));
    }

    private static int Delete(LuaBehavior behavior, LuaStack stack)
    {
        if (Self<List<EntryChange>>(behavior, stack, LuaUserdataKind.RegistryChanges, "delete", out var changes) is { } fault) return fault;
        return LuaEntries.TryReadId(stack, 2, out var id) ? Added(stack, changes, EntryChange.Delete(id)) : Bad(stack, 2, "delete", "entry id");
    }

    // The table the entry was read from weighs as much as the entry, so the memory limit of the program holds.
    private static int Added(LuaStack stack, List<EntryChange> changes, EntryChange change)
    {
        changes.Add(change);
        stack.PushUserValue(1, 1);
        stack.PushValue(2);
        stack.RawSet(-2, changes.Count);
        stack.PushNil();
        stack.PushValue(1);
        return 2;
    }

    private static int Operations(LuaBehavior behavior, LuaStack stack) =>
        Self<List<EntryChange>>(behavior, stack, LuaUserdataKind.RegistryChanges, "ops", out var changes) ?? Value(stack, () => PushOperations(stack, changes));

    private static int BuildDelta(LuaBehavior behavior, LuaStack stack)
    {
        if (ReadEntries(behavior, stack, 1, out var from) is { } badFrom) return badFrom;
        if (ReadEntries(behavior, stack, 2, out var to) is { } badTo) return badTo;
        var known = to.ToImmutableSortedDictionary(pair => pair.Key, pair => from.TryGetValue(pair.Key, out var was) && was.IsSameAs(pair.Value) ? was : pair.Value);
        return Value(stack, () => PushOperations(stack, ChangeSet.Between(from, known).Changes));
    }

    // A snapshot, a version or its number, or a list of entries.
    private static int? ReadEntries(LuaBehavior behavior, LuaStack stack, int argument, out ImmutableSortedDictionary<EntryId, Entry> entries)
    {
        entries = ImmutableSortedDictionary<EntryId, Entry>.Empty;
        if (behavior.Objects.TryGet<Snapshot>(stack, argument, LuaUserdataKind.RegistrySnapshot, out var snapshot)) return Take(snapshot, ref entries);
        if (TryVersion(behavior, stack, argument, out var number))
        {
            return VersionsOf(behavior).TryGetValue(number, out var version) ? Take(version, ref entries) : Failure(stack, behavior.Process.Node.Registry.NoVersion(number));
        }
        if (stack.TypeOf(argument) != LuaType.Table) return Bad(stack, argument, "build_delta", "snapshot, version or list of entries");
        var list = entries.ToBuilder();
        for (var i = 1; stack.RawGet(argument, i) != LuaType.Nil; i++)
        {
            if (!LuaEntries.TryRead(stack, stack.Top, out var entry, out var problem)) return LuaArguments.Fault(stack, $"bad argument #{argument} to 'build_delta' (item {i} must be {problem})");
            list[entry.Id] = entry;
            stack.Pop(1);
        }
        stack.Pop(1);
        entries = list.ToImmutable();
        return null;

        int? Take(Snapshot version, ref ImmutableSortedDictionary<EntryId, Entry> visible)
        {
            visible = version.Entries.RemoveRange(version.Entries.Keys.Where(id => !behavior.Process.Permits("registry.get", id.ToString())));
            return null;
        }
    }

    private static void Apply(LuaBehavior behavior, LuaThread thread)
    {
        if (!behavior.Objects.TryGet<List<EntryChange>>(thread.Stack, thread.Argument(1), LuaUserdataKind.RegistryChanges, out var changes))
        {
            thread.RaiseBadArgument(1, ChangesType);
            return;
        }
        var process = behavior.Process;
        if (!process.Permits("registry.apply", "")) thread.Return(ProcessErrors.RegistryDenied);
        else Await(behavior, thread, process.Node.RegistryWriter.ApplyAsync([.. changes], process), (stack, version) => PushVersion(behavior, stack, version));
    }

    private static void ApplyVersion(LuaBehavior behavior, LuaThread thread)
    {
        if (!TryVersion(behavior, thread.Stack, thread.Argument(1), out var version))
        {
            thread.RaiseBadArgument(1, "version");
            return;
        }
        var process = behavior.Process;
        if (!process.Permits("registry.apply_version", "")) thread.Return(ProcessErrors.RegistryDenied);
        else Await(behavior, thread, process.Node.RegistryWriter.ApplyVersionAsync(version, process), static (stack, _) => stack.Push(true));
    }

    private static void Await(LuaBehavior behavior, LuaThread thread, Task<ApplyResult> applying, Action<LuaStack, Snapshot> push)
    {
        var operation = behavior.Pending.Begin(completion =>
        {
            if (completion.Error is { } error)
            {
                thread.Return(error);
                return;
            }
            var result = (ApplyResult)completion.Value!;
            foreach (var warning in result.Warnings) Log.Warning(LoggerOf(behavior), warning);
            var first = thread.BeginReturn();
            push(thread.Stack, result.Version ?? Current(behavior));
            thread.EndReturn(first);
        });
        _ = PostAsync();

        async Task PostAsync()
        {
            var result = await applying.ConfigureAwait(false);
            behavior.Process.Post(new Completion(operation, result, result.Error));
        }
    }

    private static void PushEntries(LuaBehavior behavior, LuaStack stack, Snapshot snapshot, Predicate<Entry> isWanted)
    {
        stack.NewTable();
        var i = 0;
        foreach (var entry in snapshot.Entries.Values)
        {
            if (!isWanted(entry) || !behavior.Process.Permits("registry.get", entry.Id.ToString())) continue;
            LuaEntries.Push(stack, entry);
            stack.RawSet(-2, ++i);
        }
    }

    private static void PushOperations(LuaStack stack, IReadOnlyList<EntryChange> changes)
    {
        stack.NewTable(changes.Count);
        for (var i = 0; i < changes.Count; i++)
        {
            stack.NewTable(0, 2);
            stack.Push(changes[i].Name);
            stack.RawSetField(-2, "kind"u8);
            if (changes[i].Entry is { } entry)
            {
                LuaEntries.Push(stack, entry);
            }
            else
            {
                stack.NewTable(0, 1);
                stack.Push(changes[i].Id.ToString());
                stack.RawSetField(-2, "id"u8);
            }
            stack.RawSetField(-2, "entry"u8);
            stack.RawSet(-2, i + 1);
        }
    }

    private static void PushSnapshot(LuaBehavior behavior, LuaStack stack, Snapshot? snapshot) => Push(behavior, stack, LuaUserdataKind.RegistrySnapshot, snapshot);

    private static void PushVersion(LuaBehavior behavior, LuaStack stack, Snapshot? version) => Push(behavior, stack, LuaUserdataKind.RegistryVersion, version);

    private static void Push(LuaBehavior behavior, LuaStack stack, LuaUserdataKind kind, object? value)
    {
        if (value is null) stack.PushNil();
        else behavior.Objects.Push(stack, kind, value);
    }

    // A version object or its number.
    private static bool TryVersion(LuaBehavior behavior, LuaStack stack, int index, out long number)
    {
        number = 0;
        if (behavior.Objects.TryGet<Snapshot>(stack, index, LuaUserdataKind.RegistryVersion, out var version)) number = version.Version;
        else if (stack.TypeOf(index) == LuaType.Number) number = (long)stack.ToNumber(index);
        else return false;
        return true;
    }

    private static Snapshot Current(LuaBehavior behavior) => behavior.Process.Node.Registry.Current;

    private static ImmutableSortedDictionary<long, Snapshot> VersionsOf(LuaBehavior behavior) => behavior.Process.Node.Registry.Versions;

    private static ILogger LoggerOf(LuaBehavior behavior) => behavior.Process.Node.Loggers.CreateLogger("Wippy.Registry");

    private static void Declare<T>(LuaUserdataKind kind, LuaLibrary methods, Func<T, string> show)
        where T : class => LuaTypes.Declare(kind, methods.Name, methods, LuaObjects.Metamethods(methods.Name).Function("__tostring", (behavior, stack) =>
        {
            stack.Push(behavior.Objects.TryGet<T>(stack, 1, kind, out var value) ? $"{methods.Name}{{{show(value)}}}" : methods.Name);
            return 1;
        }));

    // Null when the first argument is what a method belongs to, else the results of a fault.
    private static int? Self<T>(LuaBehavior behavior, LuaStack stack, LuaUserdataKind kind, string method, [NotNull] out T? self)
        where T : class
    {
        if (behavior.Objects.TryGet(stack, 1, kind, out self)) return null;
        self = null!;
        return Bad(stack, 1, method, $"registry.{kind.ToString()["Registry".Length..]}");
    }

    // Results of a checked function: no fault, and what is pushed.
    private static int Value(LuaStack stack, Action push)
    {
        stack.PushNil();
        push();
        return 2;
    }

    private static int Bad(LuaStack stack, int argument, string function, string expected) =>
        LuaArguments.Fault(stack, LuaArguments.Bad(argument, function, expected, LuaArguments.TypeName(stack, argument)));

    // Results of a fallible function: no fault, nil, err.
    private static int Failure(LuaStack stack, Error error)
    {
        stack.PushNil();
        stack.PushNil();
        LuaErrors.Push(stack, error);
        return 3;
    }

    private static partial class Log
    {
        [LoggerMessage(1501, LogLevel.Warning, "{Entry}: registry.find skips the key '{Key}', which has none of the forms of a filter{Suggestion}")]
        public static partial void SkippedKey(ILogger logger, EntryId entry, string key, string suggestion);

        [LoggerMessage(1502, LogLevel.Warning, "{Problem}")]
        public static partial void Warning(ILogger logger, Problem problem);
    }
}
