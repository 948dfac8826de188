using Wippy.Shared.Errors;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Functions;

/// <summary>One call of a function in its pool: waits for an instance, then is a process.</summary>
internal sealed class FunctionCall(FunctionPool pool, FunctionRequest request) : IFunctionCall
{
    public static Error Canceled { get; } = new(ErrorKind.Canceled, "function call canceled");

    public FunctionRequest Request => request;

    /// <summary>Its process once it has one; under the lock of the pool.</summary>
    public Process? Process { get; set; }

    /// <summary>Whether it was given up; under the lock of the pool.</summary>
    public bool IsCanceled { get; set; }

    /// <inheritdoc/>
    public void Cancel() => pool.Cancel(this);

    /// <summary>It never got an instance: tells the caller why, and gives the arguments back.</summary>
    public void Refuse(Error error)
    {
        request.Arguments.Return();
        request.Ended(ExitResult.Failed(error));
    }
}
