using System.Globalization;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Processes;
using Wippy.Shared.Scheduling;

namespace Wippy.Shared.Lua.Modules;

/// <summary>
/// The <c>system</c> module: what the runtime is made of and how it does (reference: modules, system). The user zone reads only.
/// </summary>
internal static class SystemModule
{
    private const long BytesPerObject = 48;   // for an estimate: the collector of .NET does not count objects

    private static readonly Dictionary<string, string> Descriptions = new(StringComparer.Ordinal)
    {
        ["base64"] = "text and bytes as base64",
        ["crypto"] = "encryption, tokens, random bytes",
        ["ctx"] = "values inherited from the caller",
        ["env"] = "declared environment variables",
        ["events"] = "publish/subscribe bus",
        ["funcs"] = "calls of functions",
        ["hash"] = "digests and authentication codes",
        ["io"] = "the terminal",
        ["json"] = "JSON and JSON Schema",
        ["logger"] = "log records",
        ["metrics"] = "counters, gauges, histograms",
        ["queue"] = "message queues",
        ["registry"] = "entries and their versions",
        ["security"] = "actors, policies, scopes",
        ["store"] = "key-value stores",
        ["system"] = "the runtime itself",
        ["text"] = "regular expressions, differences, splitting",
        ["time"] = "times, durations, timers",
        ["uuid"] = "universally unique identifiers",
        ["yaml"] = "YAML",
    };

    public static LuaLibrary Library { get; } = new LuaLibrary("system")
        .Checked("exit(code?: integer): boolean!", Exit)
        .Checked("modules(): {name: string, description: string, class: string}[]!", Reading("modules", static (_, stack) => PushModules(stack)))
        .Nested("memory", new LuaLibrary("system.memory")
            .Checked("stats(): table<string, integer>!", Reading("memory", static (_, stack) => LuaTree.Push(stack, MemoryStats())))
            .Checked("allocated(): integer!", Reading("memory", static (_, stack) => stack.Push(GC.GetTotalMemory(false))))
            .Checked("heap_objects(): integer!", Reading("memory", static (_, stack) => stack.Push(HeapObjects())))
            .Checked("get_limit(): integer!", Reading("memory_limit", static (behavior, stack) => stack.Push(behavior.Process.Node.GcSettings.Limit)))
            .Checked("set_limit(bytes: integer): integer!", SetMemoryLimit))
        .Nested("gc", new LuaLibrary("system.gc")
            .Checked("collect(): boolean!", Collect)
            .Checked("get_percent(): integer!", Reading("gc_percent", static (behavior, stack) => stack.Push((long)behavior.Process.Node.GcSettings.Percent)))
            .Checked("set_percent(percent: integer): integer!", SetGcPercent))
        .Nested("runtime", new LuaLibrary("system.runtime")
            .Checked("goroutines(): integer!", Reading("goroutines", static (_, stack) => stack.Push((long)Threads())))
            .Checked("max_procs(n?: integer): integer!", MaxProcs)
            .Checked("cpu_count(): integer!", Reading("cpu", static (_, stack) => stack.Push((long)Environment.ProcessorCount))))
        .Nested("process", new LuaLibrary("system.process")
            .Checked("pid(): integer!", Reading("pid", static (_, stack) => stack.Push((long)Environment.ProcessId)))
            .Checked("hostname(): string!", Reading("hostname", static (_, stack) => stack.Push(Environment.MachineName)))
            .Checked("cwd(): string!", Reading("cwd", static (_, stack) => stack.Push(Environment.CurrentDirectory))))
        .Nested("hosts", new LuaLibrary("system.hosts")
            .Checked("list(): {id: string, workers: integer, processes: integer, executed: integer, stolen: integer, queue_depth: integer}[]!", Reading("hosts", static (behavior, stack) => LuaTree.Push(stack, Hosts(behavior.Process.Node))))
            .Checked("processes(host: string): {pid: string, host: string, source: string, state: string, steps: integer, started_at: integer, parent: string?, actor_id: string?}[]!", ListProcesses))
        .Nested("supervisor", new LuaLibrary("system.supervisor")
            .Checked("state(id: string): {id: string, status: string, desired: string, retry_count: integer, last_update: integer, started_at: integer, details: string?}!", ServiceState)
            .Checked("states(): table[]!", Reading("supervisor", static (behavior, stack) =>
                LuaTree.Push(stack, Services(behavior).Select(service => service.ToFields()).ToList<object?>()))));

    private static int Exit(LuaBehavior behavior, LuaStack stack)
    {
        var code = 0L;
        if (!stack.IsNoneOrNil(1) && !TimeObjects.TryWhole(stack, 1, int.MaxValue, out code)) return LuaArguments.BadType(stack, 1, "exit", "whole number");
        if (Refusal(behavior, "system.exit", "") is { } refused) return LuaArguments.Failure(stack, refused);
        if (code is < 0 or > 255) return LuaArguments.Failure(stack, new Error(ErrorKind.Invalid, $"exit code {code} (0 to 255)"));
        if (behavior.Process.Node.Exit is not { } exit) return LuaArguments.Failure(stack, new Error(ErrorKind.Unavailable, "this runtime cannot be ended from inside"));
        exit((int)code);
        return LuaArguments.Success(stack);
    }

    private static int SetMemoryLimit(LuaBehavior behavior, LuaStack stack)
    {
        if (!TimeObjects.TryWhole(stack, 1, long.MaxValue, out var bytes)) return LuaArguments.BadType(stack, 1, "set_limit", "whole number");
        if (Refusal(behavior, "system.control", "memory_limit") is { } refused) return LuaArguments.Failure(stack, refused);
        // As in Go, a negative number only asks.
        var settings = behavior.Process.Node.GcSettings;
        return Answer(stack, bytes < 0 ? settings.Limit : settings.SetLimit(bytes));
    }

    private static int Collect(LuaBehavior behavior, LuaStack stack)
    {
        if (Refusal(behavior, "system.gc", "gc") is { } refused) return LuaArguments.Failure(stack, refused);
        GC.Collect();
        return LuaArguments.Success(stack);
    }

    private static int SetGcPercent(LuaBehavior behavior, LuaStack stack)
    {
        if (!TimeObjects.TryWhole(stack, 1, int.MaxValue, out var percent)) return LuaArguments.BadType(stack, 1, "set_percent", "whole number");
        if (Refusal(behavior, "system.gc", "gc_percent") is { } refused) return LuaArguments.Failure(stack, refused);
        return Answer(stack, behavior.Process.Node.GcSettings.SetPercent((int)percent));
    }

    // The number can be read; another one cannot be set while the runtime runs.
    private static int MaxProcs(LuaBehavior behavior, LuaStack stack)
    {
        var isAsking = stack.IsNoneOrNil(1);
        var wanted = 0L;
        if (!isAsking && !TimeObjects.TryWhole(stack, 1, int.MaxValue, out wanted)) return LuaArguments.BadType(stack, 1, "max_procs", "whole number");
        var refused = isAsking ? Refusal(behavior, "system.read", "gomaxprocs") : Refusal(behavior, "system.control", "gomaxprocs");
        if (refused is null && wanted > 0 && wanted != Environment.ProcessorCount)
        {
            refused = new Error(ErrorKind.Unavailable, "the number of processors cannot be changed while the runtime runs: see host.workers");
        }
        return refused is null ? Answer(stack, Environment.ProcessorCount) : LuaArguments.Failure(stack, refused);
    }

    private static int ListProcesses(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? id)) return LuaArguments.BadType(stack, 1, "processes", "string");
        if (Refusal(behavior, "system.read", "hosts") is { } refused) return LuaArguments.Failure(stack, refused);
        if (!EntryId.TryParse(id, out var entry) || !behavior.Process.Node.TryGetHost(entry, out var host))
        {
            return LuaArguments.Failure(stack, new Error(ErrorKind.NotFound, $"host not found: {id}"));
        }
        stack.PushNil();
        LuaTree.Push(stack, host!.Processes.Select(DescriptionOf).ToList<object?>());
        return 2;
    }

    private static int ServiceState(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? id)) return LuaArguments.BadType(stack, 1, "state", "string");
        if (Refusal(behavior, "system.read", "supervisor") is { } refused) return LuaArguments.Failure(stack, refused);
        if (Services(behavior).FirstOrDefault(service => service.Id.ToString() == id) is not { } status)
        {
            return LuaArguments.Failure(stack, new Error(ErrorKind.NotFound, $"service not found: {id}"));
        }
        stack.PushNil();
        LuaTree.Push(stack, status.ToFields());
        return 2;
    }

    // A function without arguments that reads one part of the system.
    private static LuaFunction Reading(string part, Action<LuaBehavior, LuaStack> push) => (behavior, stack) =>
    {
        if (Refusal(behavior, "system.read", part) is { } refused) return LuaArguments.Failure(stack, refused);
        stack.PushNil();
        push(behavior, stack);
        return 2;
    };

    // Control is nothing for the user zone, whatever policies say.
    private static Error? Refusal(LuaBehavior behavior, string action, string resource)
    {
        var process = behavior.Process;
        var isControl = action != "system.read";
        if ((!isControl || process.Host.Zone != Zone.User) && process.Permits(action, resource)) return null;
        return new Error(ErrorKind.PermissionDenied, resource.Length == 0 ? $"not allowed: {action}" : $"not allowed: {action} {resource}");
    }

    private static void PushModules(LuaStack stack) => LuaTree.Push(stack, LuaModules.Names.Order(StringComparer.Ordinal).Select(name => Module(name, "listed"))
        .Concat(LuaModules.AlwaysThere.Order(StringComparer.Ordinal).Select(name => Module(name, "always")))
        .ToList<object?>());

    private static Dictionary<string, object?> Module(string name, string @class) => new()
    {
        ["name"] = name,
        ["description"] = Descriptions.GetValueOrDefault(name, $"the {name} module"),
        ["class"] = new List<object?> { @class },
    };

    private static Dictionary<string, object?> MemoryStats()
    {
        var memory = GC.GetGCMemoryInfo();
        var live = GC.GetTotalMemory(false);
        var resident = Environment.WorkingSet;
        return new Dictionary<string, object?>
        {
            ["alloc"] = live,
            ["total_alloc"] = GC.GetTotalAllocatedBytes(),
            ["sys"] = resident,
            ["heap_alloc"] = live,
            ["heap_sys"] = memory.TotalCommittedBytes,
            ["heap_idle"] = Math.Max(memory.TotalCommittedBytes - live, 0),
            ["heap_in_use"] = live,
            ["heap_released"] = memory.FragmentedBytes,
            ["heap_objects"] = HeapObjects(),
            // Kept apart by Go, part of the rest here.
            ["stack_in_use"] = 0L,
            ["stack_sys"] = 0L,
            ["mspan_in_use"] = 0L,
            ["mspan_sys"] = 0L,
            ["num_gc"] = (long)GC.CollectionCount(0),
            ["next_gc"] = memory.HighMemoryLoadThresholdBytes,
        };
    }

    private static long HeapObjects() => GC.GetTotalMemory(false) / BytesPerObject;

    private static int Threads()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return self.Threads.Count;
    }

    private static List<object?> Hosts(Node node) =>
    [
        .. node.Hosts.OrderBy(host => host.Spec.Id).Select(host =>
        {
            var scheduler = host.Scheduler as Scheduler;   // figures are the scheduler's with threads
            return new Dictionary<string, object?>
            {
                ["id"] = host.Name,
                ["workers"] = scheduler?.WorkerCount ?? 1L,
                ["processes"] = (long)host.Count,
                ["executed"] = scheduler?.Steps ?? 0L,
                ["stolen"] = scheduler?.Steals ?? 0L,
                ["queue_depth"] = (long)(scheduler?.QueueDepth ?? 0),
            };
        }),
    ];

    private static Dictionary<string, object?> DescriptionOf(Process process)
    {
        var description = new Dictionary<string, object?>
        {
            ["pid"] = process.Pid.ToString(),
            ["host"] = process.Host.Name,
            ["source"] = process.Entry.ToString(),
            ["state"] = process.State.ToString().ToLower(CultureInfo.InvariantCulture),
            ["steps"] = process.Steps,
            ["started_at"] = Nanoseconds(process.StartedAt),
        };
        if (!process.Parent.IsNone) description["parent"] = process.Parent.ToString();
        if (process.Security.Actor is { } actor) description["actor_id"] = actor.Id;
        return description;
    }

    private static IReadOnlyList<ServiceStatus> Services(LuaBehavior behavior) => behavior.Process.Node.Services?.All ?? [];

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static int Answer(LuaStack stack, long number)
    {
        stack.PushNil();
        stack.Push(number);
        return 2;
    }
}
