using Wippy.Shared.Errors;

namespace Wippy.Shared.Registry;

/// <summary>A version that becomes current, on its way to those who act on it.</summary>
/// <param name="before">The version until now.</param>
/// <param name="after">The version from now on.</param>
internal sealed class RegistryChange(Snapshot before, Snapshot after)
{
    private readonly List<Task<Error?>> _work = [];

    public Snapshot Before => before;

    public Snapshot After => after;

    /// <summary>What is different.</summary>
    public ChangeSet Changes { get; } = ChangeSet.Between(before.Entries, after.Entries);

    /// <summary>
    /// Holds the apply until something is done: a service is started, another has stopped. While the handler runs only.
    /// </summary>
    /// <param name="done">An error takes the whole change back: the version before becomes current again.</param>
    public void WaitFor(Task<Error?> done) => _work.Add(done);

    /// <summary>Completes when everything asked for so far is done, with the first error.</summary>
    internal async Task<Error?> DoneAsync()
    {
        if (_work.Count == 0) return null;
        var errors = await Task.WhenAll(_work).ConfigureAwait(false);
        _work.Clear();
        return Array.Find(errors, error => error is not null);
    }
}
