using Wippy.Shared.Errors;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Processes;

/// <summary>
/// Registered names, seen from one node: its own table when it is the authority, a cache with requests to the
/// authority behind it otherwise. Any thread. Callbacks may run before the call returns and must not block.
/// </summary>
internal interface INames
{
    /// <summary>Registers a name; the same name for the same PID again succeeds.</summary>
    /// <param name="name">Not empty.</param>
    /// <param name="pid">Whom it shall address.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="done">Null, or <see cref="ErrorKind.AlreadyExists"/>, <see cref="ErrorKind.PermissionDenied"/>, <see cref="ErrorKind.Unavailable"/>.</param>
    void Register(string name, in Pid pid, in NameCaller caller, Action<Error?> done);

    /// <summary>Whom a name addresses.</summary>
    bool TryLookup(string name, out Pid pid);

    /// <summary>Frees a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="done">Whether it was registered, or why it was not freed.</param>
    void Unregister(string name, in NameCaller caller, Action<bool, Error?> done);

    /// <summary>Frees every name of a process that ends.</summary>
    void ReleaseAll(in Pid pid);

    /// <summary>A process of another node has ended, as that node says: from now on no look-up gives it. Before whoever watches it is told.</summary>
    void Ended(in Pid pid);
}

/// <summary>Who asks for a name.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Zone">Its zone.</param>
internal readonly record struct NameCaller(Pid Pid, Zone Zone);
