using System.Collections.Concurrent;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Processes;

/// <summary>
/// Runs a <see cref="NativeProcess"/>. It is the synchronization context of that process's code: continuations queue
/// here and run in steps, so the code sees one thread at a time and a wait never holds a worker.
/// </summary>
internal sealed class NativeBehavior(Process process, Func<NativeProcess> create, Payload arguments) : SynchronizationContext, IBehavior
{
    // Continuations in one step before other processes get their turn.
    private const int ContinuationsPerStep = 256;

    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _continuations = new();
    private readonly Dictionary<long, Action<Completion>> _operations = [];
    private NativeProcess? _program;
    private NativeContext? _context;
    private Payload _arguments = arguments;
    private Task<object?>? _run;
    private long _arrived;   // items of mail taken so far
    private Upgrade? _upgrade;

    /// <inheritdoc/>
    public ExitResult Result { get; private set; } = ExitResult.Normal;

    /// <summary>The process it runs.</summary>
    public Process Process => process;

    /// <inheritdoc/>
    public Progress Initialise()
    {
        try
        {
            var values = PayloadValues.ReadArguments(_arguments.Span);
            _program = create();
            _context = new NativeContext(this, values);
            return Progress.Ready;
        }
        catch (Exception exception)
        {
            Result = ExitResult.Failed(new Error(ErrorKind.Internal, $"failed to create process: {exception.Message}"));
            return Progress.Done;
        }
        finally
        {
            _arguments.Return();
            _arguments = Payload.Empty;
        }
    }

    /// <inheritdoc/>
    public Progress Step()
    {
        var previous = Current;
        SetSynchronizationContext(this);
        try
        {
            if (!TakeMail()) return End(ExitResult.Failed(ProcessErrors.LinkedProcessFailed));
            _run ??= Start();
            for (var i = 0; i < ContinuationsPerStep && _upgrade is null && _continuations.TryDequeue(out var next); i++) next.Callback(next.State);
            if (_upgrade is not null) return Progress.Upgrade;
            if (_run.IsCompleted) return End(ResultOf(_run));
        }
        catch (Exception exception)
        {
            // An async void method, a callback of Cancelled, a result that cannot be sent: the process fails, not the worker.
            return End(Failed(exception));
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
        if (!_continuations.IsEmpty) return Progress.Continue;
        if (_operations.Count > 0) return Progress.Blocked;
        process.Trace?.Rest();   // what .NET work it waits for is not known here: what follows still belongs to the trace
        return Progress.Idle;
    }

    /// <inheritdoc/>
    public void Close()
    {
        _arguments.Return();
        _upgrade?.Arguments.Return();
        try
        {
            _context?.Close();
        }
        catch (AggregateException)
        {
            // Callbacks of Cancelled that throw when the process is over: nobody is left to be told.
        }
    }

    /// <summary>Queues a continuation. Any thread.</summary>
    public override void Post(SendOrPostCallback d, object? state)
    {
        _continuations.Enqueue((d, state));
        process.Wake();
    }

    /// <summary>Not supported: it would block a thread until the process runs.</summary>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("a native process is not called synchronously");

    /// <summary>Notes an operation that runs elsewhere. Code of the process only.</summary>
    /// <returns>The number for its <see cref="Completion"/>.</returns>
    public long BeginOperation(Action<Completion> completed)
    {
        var operation = process.NextOperation();
        _operations.Add(operation, completed);
        return operation;
    }

    /// <summary>An operation will have no <see cref="Completion"/>. Code of the process only.</summary>
    public void ForgetOperation(long operation) => _operations.Remove(operation);

    /// <summary>Ends this program: the process goes on with another one. Becomes the owner of the arguments.</summary>
    public void BeginUpgrade(EntryId entry, Payload arguments) => _upgrade = new Upgrade(entry, arguments, null);

    /// <inheritdoc/>
    public Upgrade TakeUpgrade()
    {
        var upgrade = _upgrade! with { Undelivered = MailboxItem.InOrder(_context!.Undelivered) };
        _upgrade = null;
        return upgrade;
    }

    private Task<object?> Start()
    {
        try
        {
            return _program!.RunAsync(_context!);
        }
        catch (Exception exception)
        {
            return Task.FromException<object?>(exception);
        }
    }

    private bool TakeMail()
    {
        var item = process.TakeMail();
        while (item is not null)
        {
            var next = item.Next;
            item.Next = null;
            item.Arrival = ++_arrived;
            switch (item)
            {
                case Message { Topic.IsReserved: true } message:   // for a subscription of the program before this one
                    process.Mailbox.Consumed(message);
                    message.Release();
                    break;
                case Message message:
                    _context!.Deliver(message);
                    break;
                case Signal { Kind: SignalKind.LinkDown } when !process.TrapLinks:
                    return false;
                case Signal signal:
                    process.Trace?.Idle();
                    _context!.Deliver(signal);
                    break;
                case Completion completion when _operations.Remove(completion.Operation, out var completed):
                    completed(completion);
                    break;
            }
            item = next;
        }
        return true;
    }

    private Progress End(ExitResult result)
    {
        Result = result;
        return Progress.Done;
    }

    private static ExitResult Failed(Exception exception) => ExitResult.Failed((exception as ProcessFailedException)?.Error
        ?? new Error(ErrorKind.Internal, exception.Message, Retryable: null) { Stack = exception.ToString() });

    private static ExitResult ResultOf(Task<object?> run)
    {
        if (run.Exception?.GetBaseException() is { } exception)
        {
            return Failed(exception);
        }
        if (run.IsCanceled) return ExitResult.Failed(new Error(ErrorKind.Canceled, "the process was cancelled", Retryable: null));
        if (run.Result is not { } value) return ExitResult.Normal;
        using var buffer = new ByteBuffer();
        var writer = new MessagePackWriter(buffer);
        PayloadValues.Write(ref writer, value);
        writer.Flush();
        return new ExitResult(buffer.WrittenSpan.ToArray(), null);
    }
}
