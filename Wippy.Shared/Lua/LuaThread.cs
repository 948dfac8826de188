using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Lua;

/// <summary>
/// A coroutine that the process runs or that waits for something: main, one started with <c>coroutine.spawn</c>, or
/// one resumed by another. While it is suspended in an operation, the function of that is what runs in it, and its stack begins with
/// the arguments. Worker of the process only.
/// </summary>
internal sealed class LuaThread(LuaBehavior behavior, LuaStack stack)
{
    private LuaWaiter? _waiter;

    public LuaStack Stack => stack;

    /// <summary>Who waits in <c>coroutine.resume</c> for this one; null for main and spawned ones.</summary>
    public LuaThread? Resumer { get; init; }

    /// <summary>Values at the top of the stack to resume it with.</summary>
    public int Results { get; set; }

    /// <summary>What it waits for on channels, linked by <see cref="LuaWaiter.Other"/>; null unless it does.</summary>
    public LuaWaiter? Waiters { get; set; }

    /// <summary>
    /// What a channel that the runtime fills has for it; becomes a Lua value when it runs next, so that an upgrade in between
    /// does not lose it. Null unless it waited for it and has not run since.
    /// </summary>
    public MailboxItem? Delivered { get; private set; }

    /// <summary>The channel it comes from.</summary>
    public LuaFeedChannel? DeliveredBy { get; private set; }

    /// <summary>Which case of a select it is for, from 1; 0 for a plain receive.</summary>
    public int DeliveredCase { get; private set; }

    /// <summary>A waiter in front of the present <see cref="Waiters"/>. The first one is always the same: most waits need no other.</summary>
    public LuaWaiter NewWaiter(LuaWaiterQueue queue, int selectCase)
    {
        var waiter = Waiters is null ? _waiter ??= new LuaWaiter(this) : new LuaWaiter(this);
        waiter.Set(queue, selectCase, Waiters);
        return waiter;
    }

    /// <summary>Link of <see cref="LuaThreadQueue"/>.</summary>
    public LuaThread? NextReady { get; set; }

    /// <summary>Arguments of the operation it is suspended in.</summary>
    public int ArgumentCount { get; private set; }

    /// <summary>Number of the operation it is suspended in.</summary>
    public int Operation => (int)stack.Running.Upvalue(1).Integer;

    /// <summary>Whether it was suspended by a hook, in the middle of its code, and not in an operation.</summary>
    public bool IsInterrupted => !stack.Running.IsNativeClosure;

    /// <summary>Stack index of an argument of the operation, from 1; what was not passed reads as nil there.</summary>
    public int Argument(int n) => n <= ArgumentCount ? n : LuaStackIndices.Absent;

    /// <summary>Notes what it has received.</summary>
    public void Deliver(LuaFeedChannel channel, MailboxItem item, int selectCase) => (DeliveredBy, Delivered, DeliveredCase) = (channel, item, selectCase);

    /// <summary>Takes that back, or takes it on.</summary>
    public void TakeDelivered() => (DeliveredBy, Delivered) = (null, null);

    /// <summary>Notes that it is suspended in an operation with so many arguments.</summary>
    public void Suspended(int arguments) => ArgumentCount = arguments;

    /// <summary>Ends the operation with the values pushed since <paramref name="first"/>, which the caller of the function sees.</summary>
    /// <param name="first">Index of the first of them; <see cref="BeginReturn"/> gave it.</param>
    public void EndReturn(int first)
    {
        SetResults(first);
        behavior.Coroutines.Answered(this);
    }

    /// <summary>As <see cref="EndReturn"/>, for a coroutine that has its turn already.</summary>
    public void SetResults(int first) => Results = stack.Top - first + 1;

    /// <summary>Begins to push the results of the operation.</summary>
    /// <returns>For <see cref="EndReturn"/>.</returns>
    public int BeginReturn() => stack.Top + 1;

    /// <summary>Ends the operation without results.</summary>
    public void Return() => EndReturn(BeginReturn());

    /// <summary>Ends it with <c>value</c>.</summary>
    public void Return(bool value)
    {
        var first = BeginReturn();
        stack.Push(value);
        EndReturn(first);
    }

    /// <summary>Ends it with <c>text</c>.</summary>
    public void Return(string text)
    {
        var first = BeginReturn();
        stack.Push(text);
        EndReturn(first);
    }

    /// <summary>Ends it with <c>true</c>, or with <c>nil, err</c>.</summary>
    public void Return(Error? error)
    {
        if (error is null)
        {
            Return(true);
            return;
        }
        var first = BeginReturn();
        stack.PushNil();
        LuaErrors.Push(stack, error);
        EndReturn(first);
    }

    /// <summary>Makes the function raise a text, with the position of its caller in front.</summary>
    public void Raise(string text)
    {
        stack.Push(text);
        Raise();
    }

    /// <summary>Makes the function raise an error object.</summary>
    public void Raise(Error error)
    {
        LuaErrors.Push(stack, error);
        Raise();
    }

    private void Raise()
    {
        Results = LuaRaise.WhenItReturns(stack);
        behavior.Coroutines.Answered(this);
    }

    /// <summary>The text of an argument; raises the standard complaint when it has none.</summary>
    /// <param name="argument">From 1.</param>
    /// <param name="text">UTF-8 decoded.</param>
    /// <param name="receiver">1 for a method, whose receiver is not counted in the complaint.</param>
    public bool TryText(int argument, out string text, int receiver = 0)
    {
        if (LuaArguments.TryText(stack, Argument(argument), out string? found))
        {
            text = found;
            return true;
        }
        text = "";
        RaiseBadArgument(argument, "string", receiver);
        return false;
    }

    /// <summary>Raises the standard complaint about an argument.</summary>
    /// <param name="argument">From 1.</param>
    /// <param name="expected">Type name.</param>
    /// <param name="receiver">As for <see cref="TryText"/>.</param>
    public void RaiseBadArgument(int argument, string expected, int receiver = 0)
    {
        var name = LuaOperations.NameOf(Operation);
        Raise(LuaArguments.Bad(argument - receiver, name[(name.LastIndexOf('.') + 1)..], expected, LuaArguments.TypeName(stack, Argument(argument))));
    }
}
