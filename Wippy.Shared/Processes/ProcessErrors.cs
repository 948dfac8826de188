using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Processes;

/// <summary>The errors of the process layer, with the texts of reference: process.</summary>
internal static class ProcessErrors
{
    public static Error ProcessNotFound { get; } = new(ErrorKind.NotFound, "process not found");

    public static Error HostNotFound { get; } = new(ErrorKind.NotFound, "host not found");

    public static Error NotAHost { get; } = new(ErrorKind.Internal, "host does not implement process.Host");

    public static Error NodeNotFound { get; } = new(ErrorKind.NotFound, "node not found");

    public static Error ProcessClosed { get; } = new(ErrorKind.InvalidState, "process closed");

    public static Error MailboxFull { get; } = new(ErrorKind.Unavailable, "mailbox is full", Retryable: true);

    public static Error HostNotRunning { get; } = new(ErrorKind.Unavailable, "host is not running");

    public static Error HostStopping { get; } = new(ErrorKind.Unavailable, "host is shutting down", Retryable: true);

    public static Error TooManyProcesses { get; } = new(ErrorKind.LimitExceeded, "max processes limit exceeded");

    public static Error NotRegistered { get; } = new(ErrorKind.Internal, "pid not registered");

    public static Error AlreadyMonitoring { get; } = new(ErrorKind.Internal, "already monitoring pid");

    public static Error Terminated { get; } = new(ErrorKind.Internal, "process terminated", Retryable: null);

    public static Error LinkedProcessFailed { get; } = new(ErrorKind.Internal, "linked process failed", Retryable: null);

    public static Error NameTaken { get; } = new(ErrorKind.AlreadyExists, "name already registered");

    public static Error RegistryDenied { get; } = new(ErrorKind.PermissionDenied, "not allowed to change the registry");

    public static Error SpawnDenied(EntryId host, bool isExec) =>
        new(ErrorKind.PermissionDenied, $"not allowed to {(isExec ? "exec" : "spawn")} on host: {host}");

    public static Error NotAllowed(string verb, string shown) => new(ErrorKind.PermissionDenied, $"not allowed to {verb}: {shown}");

    public static Error TopicTooLong(Topic topic) =>
        new(ErrorKind.LimitExceeded, $"a topic has at most {Topic.MaxBytes} bytes, this one has {topic.Utf8.Length}");

    public static Error NodeDown(string node) => new(ErrorKind.Unavailable, $"node down: {node}", Retryable: true);

    public static Error Unresolved(string destination) =>
        new(ErrorKind.NotFound, $"could not resolve '{destination}' as PID or registered name");
}
