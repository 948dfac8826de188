namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something a person can do with a running resource.</summary>
public sealed class ResourceCommandAnnotation : IResourceAnnotation
{
    internal ResourceCommandAnnotation(string name, string displayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions options)
    {
        Name = name;
        DisplayName = displayName;
        UpdateState = options.UpdateState ?? (_ => ResourceCommandState.Enabled);
        ExecuteCommand = executeCommand;
        Options = options;
    }

    /// <summary>Unique in the resource.</summary>
    public string Name { get; }

    /// <summary>The name people see.</summary>
    public string DisplayName { get; }

    /// <summary>Whether the command can be given in a state.</summary>
    public Func<UpdateCommandStateContext, ResourceCommandState> UpdateState { get; }

    /// <summary>Does it.</summary>
    public Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand { get; }

    /// <summary>How it is shown.</summary>
    internal CommandOptions Options { get; }
}

/// <summary>How a command is shown, and when.</summary>
public class CommandOptions
{
    /// <summary>One sentence about what it does.</summary>
    public string? Description { get; set; }

    /// <summary>A question to answer before it is done.</summary>
    public string? ConfirmationMessage { get; set; }

    /// <summary>Name of a Fluent UI icon.</summary>
    public string? IconName { get; set; }

    /// <summary>Show it beside the resource, not only in its menu.</summary>
    public bool IsHighlighted { get; set; }

    /// <summary>Whether the command can be given in a state; null = always.</summary>
    public Func<UpdateCommandStateContext, ResourceCommandState>? UpdateState { get; set; }
}

/// <summary>Whether a command can be given.</summary>
public enum ResourceCommandState
{
    /// <summary>It can.</summary>
    Enabled,

    /// <summary>Not now.</summary>
    Disabled,

    /// <summary>Not now, and it is not shown.</summary>
    Hidden,
}

/// <summary>Handed to the function that decides whether a command can be given.</summary>
public sealed class UpdateCommandStateContext
{
    /// <summary>The state of the replica.</summary>
    public required CustomResourceSnapshot ResourceSnapshot { get; init; }

    /// <summary>The AppHost's services.</summary>
    public required IServiceProvider ServiceProvider { get; init; }
}

/// <summary>Handed to a command.</summary>
public sealed class ExecuteCommandContext
{
    /// <summary>The AppHost's services.</summary>
    public required IServiceProvider ServiceProvider { get; init; }

    /// <summary>The replica, as in <c>system-k3x9a7b2</c>.</summary>
    public required string ResourceName { get; init; }

    /// <summary>Cancelled when nobody waits for the command any more.</summary>
    public required CancellationToken CancellationToken { get; init; }
}

/// <summary>How a command went.</summary>
public sealed class ExecuteCommandResult
{
    /// <summary>It did what it says.</summary>
    public required bool Success { get; init; }

    /// <summary>Why not.</summary>
    public string? Message { get; init; }
}

/// <summary>Makes results of commands.</summary>
public static class CommandResults
{
    /// <summary>It did what it says.</summary>
    public static ExecuteCommandResult Success() => new() { Success = true };

    /// <summary>It did not, and why.</summary>
    public static ExecuteCommandResult Failure(string? errorMessage = null) => new() { Success = false, Message = errorMessage };
}

/// <summary>The commands that every project and executable has.</summary>
public static class KnownResourceCommands
{
    /// <summary>Starts a replica that does not run.</summary>
    public static readonly string StartCommand = "resource-start";

    /// <summary>Stops a running replica, or gives up a start that waits.</summary>
    public static readonly string StopCommand = "resource-stop";

    /// <summary>Stops, then starts.</summary>
    public static readonly string RestartCommand = "resource-restart";
}
