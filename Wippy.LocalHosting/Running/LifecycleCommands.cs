using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Wippy.LocalHosting;

/// <summary>Start, stop and restart, which every project and executable has.</summary>
internal static class LifecycleCommands
{
    public static void AddTo<T>(IResourceBuilder<T> resource)
        where T : IResource
    {
        resource.WithCommand(KnownResourceCommands.StartCommand, "Start", Start, new CommandOptions
        {
            Description = "Start resource",
            IconName = "Play",
            IsHighlighted = true,
            UpdateState = Unless(IsUnderWay, ResourceCommandState.Hidden),
        });
        resource.WithCommand(KnownResourceCommands.StopCommand, "Stop", StopAsync, new CommandOptions
        {
            Description = "Stop resource",
            IconName = "Stop",
            IsHighlighted = true,
            UpdateState = Unless(state => !IsUnderWay(state), ResourceCommandState.Hidden),
        });
        resource.WithCommand(KnownResourceCommands.RestartCommand, "Restart", RestartAsync, new CommandOptions
        {
            Description = "Restart resource",
            IconName = "ArrowCounterclockwise",
            UpdateState = Unless(state => state != KnownResourceStates.Running, ResourceCommandState.Disabled),
        });
    }

    private static Task<ExecuteCommandResult> Start(ExecuteCommandContext context) => Task.FromResult(ReplicaOf(context).TryStart()
        ? CommandResults.Success()
        : CommandResults.Failure($"{context.ResourceName} cannot start: it is running, starting, or the application stops."));

    private static async Task<ExecuteCommandResult> StopAsync(ExecuteCommandContext context)
    {
        await ReplicaOf(context).StopAsync(context.ServiceProvider.GetRequiredService<IOptions<LocalHostingOptions>>().Value.StopGrace).ConfigureAwait(false);
        return CommandResults.Success();
    }

    private static async Task<ExecuteCommandResult> RestartAsync(ExecuteCommandContext context)
    {
        await StopAsync(context).ConfigureAwait(false);
        return await Start(context).ConfigureAwait(false);
    }

    private static Replica ReplicaOf(ExecuteCommandContext context) => context.ServiceProvider.GetRequiredService<ApplicationRunner>().Find(context.ResourceName);

    private static bool IsUnderWay(string? state) =>
        state == KnownResourceStates.Waiting || state == KnownResourceStates.Starting || state == KnownResourceStates.Running;

    private static Func<UpdateCommandStateContext, ResourceCommandState> Unless(Func<string?, bool> when, ResourceCommandState otherwise) =>
        context => when(context.ResourceSnapshot.State?.Text) ? otherwise : ResourceCommandState.Enabled;
}
