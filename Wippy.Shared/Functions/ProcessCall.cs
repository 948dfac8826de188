using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Functions;

/// <summary>A call of a process that has a default host: spawned there, its end is the answer. Any thread.</summary>
internal sealed class ProcessCall : IFunctionCall
{
    private readonly Node _node;
    private readonly Lock _lock = new();
    private Process? _process;     // guarded by _lock, like the other
    private bool _isCanceled;

    private ProcessCall(Node node) => _node = node;

    /// <param name="node">Where the caller is.</param>
    /// <param name="host">The default host.</param>
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
        Process? process;
        lock (_lock)
        {
            _isCanceled = true;
            process = _process;
        }
        process?.End(FunctionCall.Canceled);
    }

    private void Started(in Pid pid, Error? error, FunctionRequest request)
    {
        if (error is not null)
        {
            request.Ended(ExitResult.Failed(error));
            return;
        }
        if (!_node.Processes.TryGet(pid, out var process)) return;
        bool isCanceled;
        lock (_lock)
        {
            _process = process;
            isCanceled = _isCanceled;
        }
        if (isCanceled) process.End(FunctionCall.Canceled);
    }
}
