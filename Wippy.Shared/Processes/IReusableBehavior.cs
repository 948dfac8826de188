using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Processes;

/// <summary>
/// A behaviour that can serve one process after another, so that what its program set up when it was initialised is
/// still there. Instead of <see cref="IBehavior.Close"/> its owner calls <see cref="TryReset"/>, and
/// <see cref="Reuse"/> for the next process.
/// </summary>
internal interface IReusableBehavior : IBehavior
{
    /// <summary>Drops everything that belongs to the process that has ended.</summary>
    /// <returns>False when it cannot be used again, because its program did not end by itself: close it then.</returns>
    bool TryReset();

    /// <summary>Serves another process of the same host from now on, which is stepped without being initialised.</summary>
    void Reuse(Process process, Payload arguments);
}

/// <summary>A program whose behaviours can be used again.</summary>
internal interface IReusableProgram : IProgram
{
    /// <summary>As <see cref="IProgram.CreateBehavior"/>.</summary>
    IReusableBehavior CreateReusable(Process process, Payload arguments);
}

/// <summary>Finds the programs of functions. Any thread.</summary>
internal interface IFunctionSource
{
    /// <summary>The program, compiled now or earlier.</summary>
    /// <returns>Null with <see cref="ErrorKind.NotFound"/> when the entry is no function, with another error when its code does not compile.</returns>
    IReusableProgram? FindFunction(EntryId id, out Error? error);
}
