using Wippy.Shared.Errors;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Processes;

/// <summary>
/// Services of one kind that are no processes, such as servers: started and stopped by the supervisor, which asks for one thing at a
/// time of each. Any thread.
/// </summary>
internal interface IServiceKind
{
    /// <summary>Starts the service of an entry as the registry has it now.</summary>
    /// <param name="id">The entry.</param>
    /// <param name="failed">Told when it has started and then fails by itself; must not block.</param>
    /// <returns>Null when it runs, else why not.</returns>
    Task<Error?> StartAsync(EntryId id, Action<Error> failed);

    /// <summary>Stops it, and waits for what it has begun.</summary>
    Task StopAsync(EntryId id);
}
