using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Processes;

/// <summary>A compiled process entry: makes behaviours. Immutable; any thread.</summary>
internal interface IProgram
{
    /// <summary>The entry it was compiled from.</summary>
    EntryId Id { get; }

    /// <summary>The first module it or a library of it lists that is not among these, with the entry that lists it; null if all are.</summary>
    (EntryId Entry, string Module)? FirstModuleNotIn(IReadOnlySet<string> granted) => null;

    /// <summary>Makes the behaviour of one new process, which becomes the owner of the arguments.</summary>
    IBehavior CreateBehavior(Process process, Payload arguments);
}

/// <summary>Finds the program of an entry. Any thread.</summary>
internal interface IProgramSource
{
    /// <summary>The program, compiled now or earlier.</summary>
    /// <returns>
    /// Null with <see cref="ErrorKind.NotFound"/> <c>factory not found</c> when the entry is missing or runs no
    /// process, with <see cref="ErrorKind.Internal"/> when its code does not compile.
    /// </returns>
    IProgram? Find(EntryId id, out Error? error);
}
