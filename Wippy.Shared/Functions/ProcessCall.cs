using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Functions;

/// <summary>
/// A call that is spawned on a host, perhaps of another node, and whose end is the answer: of a process that has a default
/// host, or of a function in another zone. Any thread.
/// </summary>
internal sealed class ProcessCall : IFunctionCall
{
    private readonly Node _node;
    private readonly Lock _lock = new();
    private Pid _pid;              // guarded by _lock, like the other
    private bool _isCanceled;

    private ProcessCall(Node node) => _node = node;

    /// <param name="node">Where the caller is.</param>
    /// <param name="host">Where it runs.</param>
    /// <param name="request">The call.</param>
    public static ProcessCall Start(Node node, EntryId host, FunctionRequest request)
    {
        var call = new ProcessCall(node);
        node.Router.Spawn(
            new SpawnRequest
            {
                Entry = request.Function,
                Host = host,
                Arguments = request.Arguments,
                Trace = request.Trace,
                Parent = request.Caller?.Pid ?? Pid.None,
                Security = request.Security,
                Context = request.Context,
                Reply = (pid, error) => call.Started(pid, error, request),
                Ended = request.Ended,
            },
            request.Caller);
        return call;
    }

    /// <inheritdoc/>
    public void Cancel()
    {
        Pid pid;
        lock (_lock)
        {
            _isCanceled = true;
            pid = _pid;
        }
        End(pid);
    }

    private void Started(in Pid pid, Error? error, FunctionRequest request)
    {
        if (error is not null)
        {
            request.Ended(ExitResult.Failed(error));
            return;
        }
        bool isCanceled;
        lock (_lock)
        {
            _pid = pid;
            isCanceled = _isCanceled;
        }
        request.Started?.Invoke(pid);
        if (isCanceled) End(pid);
    }

    private void End(in Pid pid)
    {
        if (pid.IsNone) return;
        if (_node.Processes.TryGet(pid, out var process)) process.End(FunctionCall.Canceled);
        else _node.Router.Terminate(pid);
    }
}
