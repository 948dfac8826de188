using System.Text;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>io</c> module: the terminal of a program on a terminal host (reference: modules, io). Elsewhere every call is Unavailable.</summary>
internal static class IoModule
{
    private const int DefaultReadSize = 1024;

    private static readonly Error NoTerminal = new(ErrorKind.Unavailable, "no terminal context");

    public static LuaLibrary Library { get; } = new LuaLibrary("io")
        .Text("write(...): boolean!", (behavior, stack) => Write(behavior, stack, "", "", toError: false))
        .Text("print(...): boolean!", (behavior, stack) => Write(behavior, stack, "\t", "\n", toError: false))
        .Text("eprint(...): boolean!", (behavior, stack) => Write(behavior, stack, "\t", "\n", toError: true))
        .Checked("flush(): boolean!", Flush)
        .Checked("raw(on?: boolean): boolean!", Raw)
        .Operation("readline(): string!", ReadLine)
        .Operation("read(n?: integer): string!", Read)
        .Checked("args(): string[]!", Arguments);

    private static int Write(LuaBehavior behavior, LuaStack stack, string separator, string end, bool toError)
    {
        if (behavior.Process.Host.Terminal is not { } terminal) return Failure(stack, NoTerminal);
        var scratch = LuaBehavior.Scratch;
        var count = stack.Top;
        for (var i = 1; i <= count; i++)
        {
            if (i > 1) Append(scratch, separator);
            var text = stack.ToBytes(i);
            text.CopyTo(scratch.GetSpan(text.Length));
            scratch.Advance(text.Length);
        }
        Append(scratch, end);
        if (toError) terminal.WriteError(scratch.WrittenSpan);
        else terminal.Write(scratch.WrittenSpan);
        return Success(stack);
    }

    private static void Append(MessagePack.ByteBuffer buffer, string text) =>
        buffer.Advance(Encoding.UTF8.GetBytes(text, buffer.GetSpan(text.Length * 3)));

    private static int Flush(LuaBehavior behavior, LuaStack stack)
    {
        if (behavior.Process.Host.Terminal is not { } terminal) return Failure(stack, NoTerminal);
        terminal.Flush();
        return Success(stack);
    }

    // Counted: what was switched on twice is off after the second time. The end of the process switches it off in any case.
    private static int Raw(LuaBehavior behavior, LuaStack stack)
    {
        if (behavior.Process.Host.Terminal is not { } terminal) return Failure(stack, NoTerminal);
        var isOn = stack.IsNoneOrNil(1) || stack.ToBoolean(1);
        if (!isOn && behavior.Pending.RawInputs == 0) return Success(stack);
        var left = behavior.Pending.RawInputs + (isOn ? 1 : -1);
        if ((left > 0) != (behavior.Pending.RawInputs > 0) && terminal.SetRaw(isOn) is { } error) return Failure(stack, error);
        behavior.Pending.RawInputs = left;
        return Success(stack);
    }

    private static void ReadLine(LuaBehavior behavior, LuaThread thread) =>
        Read(behavior, thread, terminal => terminal.ReadLineAsync());

    private static void Read(LuaBehavior behavior, LuaThread thread)
    {
        var size = thread.Stack.IsNoneOrNil(thread.Argument(1)) ? DefaultReadSize : thread.Stack.ToInteger(thread.Argument(1));
        if (size is < 1 or > 1 << 20)
        {
            thread.Return(new Error(ErrorKind.Invalid, $"cannot read {size} bytes (1 to 1048576)"));
            return;
        }
        Read(behavior, thread, terminal => terminal.ReadAsync((int)size));
    }

    private static void Read(LuaBehavior behavior, LuaThread thread, Func<ITerminal, Task<byte[]?>> read)
    {
        var process = behavior.Process;
        if (process.Host.Terminal is not { } terminal)
        {
            thread.Return(NoTerminal);
            return;
        }
        var operation = behavior.Pending.Begin(completion =>
        {
            if (completion.Error is { } error)
            {
                thread.Return(error);
                return;
            }
            var first = thread.BeginReturn();
            thread.Stack.Push((byte[])completion.Value!);
            thread.EndReturn(first);
        });
        read(terminal).ContinueWith(
            task => process.Post(task switch
            {
                { IsCompletedSuccessfully: true, Result: { } bytes } => new Completion(operation, bytes, null),
                { IsCompletedSuccessfully: true } => new Completion(operation, null, new Error(ErrorKind.NotFound, "end of input")),
                _ => new Completion(operation, null, new Error(ErrorKind.Internal, task.Exception?.GetBaseException().Message ?? "reading was cancelled")),
            }),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static int Arguments(LuaBehavior behavior, LuaStack stack)
    {
        if (behavior.Process.Host.Terminal is not { } terminal) return Failure(stack, NoTerminal);
        stack.PushNil();
        stack.NewTable(terminal.Arguments.Count);
        for (var i = 0; i < terminal.Arguments.Count; i++)
        {
            stack.Push(terminal.Arguments[i]);
            stack.RawSet(-2, i + 1);
        }
        return 2;
    }

    private static int Success(LuaStack stack)
    {
        stack.PushNil();
        stack.Push(true);
        return 2;
    }

    private static int Failure(LuaStack stack, Error error)
    {
        stack.PushNil();
        stack.PushNil();
        LuaErrors.Push(stack, error);
        return 3;
    }
}
