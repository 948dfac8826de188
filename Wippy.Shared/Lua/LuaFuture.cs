using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Lua;

/// <summary>
/// The channel of a future, which knows everything about it: one item, the answer of a call, then it is closed
/// (reference: modules, funcs). Worker of the process only.
/// </summary>
/// <param name="slot">Its number in the process.</param>
internal sealed class LuaFuture(int slot) : LuaFeedChannel(slot, static (behavior, stack, item) => PushAnswer(stack, ((Answer)item).Result))
{
    /// <summary>The call, for its cancellation.</summary>
    public IFunctionCall? Call { get; set; }

    /// <summary>The answer; null while there is none.</summary>
    public ExitResult? Result { get; private set; }

    public bool IsCanceled { get; private set; }

    /// <summary>The call has ended.</summary>
    public void Complete(LuaBehavior behavior, ExitResult result)
    {
        if (IsClosed) return;
        Result = result;
        behavior.Channels.Feed(this, new Answer(result));
        End(behavior);
    }

    /// <summary>Gives the call up: no answer comes any more.</summary>
    /// <returns>False when it had ended or was given up before.</returns>
    public bool Cancel(LuaBehavior behavior)
    {
        if (IsClosed) return false;
        IsCanceled = true;
        End(behavior);
        Call!.Cancel();
        return true;
    }

    /// <summary>Pushes an answer: a payload wrapper, or the error object.</summary>
    public static void PushAnswer(LuaStack stack, ExitResult result)
    {
        if (result.Error is { } error)
        {
            LuaErrors.Push(stack, error);
            return;
        }
        PushValue(stack, result);
        LuaPayload.Wrap(stack);
    }

    /// <summary>Pushes the value of an answer that is no error; nil if it has none.</summary>
    public static void PushValue(LuaStack stack, ExitResult result)
    {
        if (result.Value.IsEmpty) stack.PushNil();
        else LuaCodec.DecodeOneOrNil(stack, result.Value.Span);
    }

    private void End(LuaBehavior behavior)
    {
        behavior.Channels.Close(this);
        behavior.Channels.Release(this);
    }

    private sealed class Answer(ExitResult result) : MailboxItem
    {
        public ExitResult Result => result;
    }
}
