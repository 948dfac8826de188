using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Security;

namespace Wippy.Shared.Lua;

/// <summary>
/// What a program has begun outside of Lua and has no answer to yet: timers, calls of functions, subscriptions to events, requests to
/// others. It ends with the program at the latest. Worker of the process only.
/// </summary>
internal sealed class LuaPending(LuaBehavior behavior)
{
    // What an operation under way costs outside of Lua, about: its timer or request, and what waits for the answer.
    private const int OperationBytes = 320;

    private readonly Dictionary<long, Action<Completion>> _operations = [];
    private HashSet<Timers.Ticket>? _timers;
    private HashSet<IFunctionCall>? _calls;
    private HashSet<EventSubscription>? _subscriptions;

    /// <summary>Whether there are operations that will be completed.</summary>
    public bool HasOperations => _operations.Count > 0;

    /// <summary>Whether all of them are timers: nobody else works for the program.</summary>
    public bool OnlyRests => _operations.Count == (_timers?.Count ?? 0);

    /// <summary>How often the program has asked for raw input of the terminal and not yet given that up.</summary>
    public int RawInputs { get; set; }

    private Process Process => behavior.Process;

    /// <summary>Notes an operation that runs elsewhere.</summary>
    /// <param name="completed">What to do when its <see cref="Completion"/> arrives.</param>
    /// <returns>The number for the completion.</returns>
    public long Begin(Action<Completion> completed)
    {
        var operation = Process.NextOperation();
        _operations.Add(operation, completed);
        behavior.State.Charge(OperationBytes);
        return operation;
    }

    /// <summary>Takes the answer to an operation; one to an operation that was given up is dropped.</summary>
    public void Complete(Completion completion)
    {
        if (!_operations.Remove(completion.Operation, out var completed)) return;
        behavior.State.Charge(-OperationBytes);
        completed(completion);
    }

    /// <summary>Starts a timer.</summary>
    public Timers.Ticket StartTimer(TimeSpan delay, Action fired)
    {
        Timers.Ticket? ticket = null;
        var operation = Begin(_ =>
        {
            _timers!.Remove(ticket!);
            fired();
        });
        ticket = Process.Node.Timers.Start(delay, Process, operation);
        (_timers ??= []).Add(ticket);
        return ticket;
    }

    /// <summary>Cancels a timer.</summary>
    /// <returns>False when it has fired or was cancelled before.</returns>
    public bool CancelTimer(Timers.Ticket ticket)
    {
        if (_timers is null || !_timers.Remove(ticket)) return false;
        _operations.Remove(ticket.Operation);
        behavior.State.Charge(-OperationBytes);
        return Process.Node.Timers.Cancel(ticket);
    }

    /// <summary>Subscribes to the event bus and pushes the channel on which its events arrive.</summary>
    public void Subscribe(LuaStack stack, string system, string kind)
    {
        var subscription = Process.Node.Events.Subscribe(Process, system, kind);
        (_subscriptions ??= []).Add(subscription);
        behavior.Mail.PushReserved(stack, subscription.Topic, LuaMessages.PushBusEvent).Subscription = subscription;
    }

    /// <summary>Ends a subscription and closes its channel. Again changes nothing.</summary>
    public void Unsubscribe(LuaFeedChannel channel)
    {
        if (_subscriptions is null || !_subscriptions.Remove(channel.Subscription!)) return;
        Process.Node.Events.Unsubscribe(channel.Subscription!);
        behavior.Mail.Unlisten(channel);
    }

    /// <summary>Calls a function; the call ends with this process at the latest.</summary>
    /// <param name="function">The entry.</param>
    /// <param name="arguments">Arguments of its method, which the call owns from now on.</param>
    /// <param name="security">Actor and scope it runs under.</param>
    /// <param name="context">Context values it sees.</param>
    /// <param name="ended">What to do when the answer arrives.</param>
    public IFunctionCall StartCall(EntryId function, Payload arguments, in SecurityContext security, ContextValues context, Action<ExitResult> ended)
    {
        IFunctionCall? call = null;
        var process = Process;
        var operation = Begin(completion =>
        {
            _calls!.Remove(call!);
            ended((ExitResult)completion.Value!);
        });
        var span = process.Trace?.Call("call", function);
        call = process.Node.Functions!.Call(new FunctionRequest
        {
            Function = function,
            Host = process.Host,
            Caller = process,
            Arguments = arguments,
            Security = security,
            Context = context,
            Trace = span?.Cause,
            Ended = result =>
            {
                span?.End(result.Error?.Message);
                process.Post(new Completion(operation, result, null));
            },
        });
        (_calls ??= []).Add(call);
        return call;
    }

    /// <summary>Gives up all of it.</summary>
    public void End()
    {
        foreach (var ticket in _timers ?? []) Process.Node.Timers.Cancel(ticket);
        _timers?.Clear();
        foreach (var subscription in _subscriptions ?? []) Process.Node.Events.Unsubscribe(subscription);
        _subscriptions?.Clear();
        foreach (var call in _calls ?? []) call.Cancel();
        _calls?.Clear();
        _operations.Clear();
        if (RawInputs > 0) Process.Host.Terminal?.SetRaw(false);
        RawInputs = 0;
    }
}
