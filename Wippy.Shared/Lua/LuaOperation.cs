using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// A call that may suspend the coroutine. It runs outside Lua, on the worker of the process: it finds its arguments in
/// the thread, and answers with one of the <c>Return</c> methods of <see cref="LuaThread"/>, at once or later.
/// </summary>
/// <param name="behavior">The process that calls.</param>
/// <param name="thread">The coroutine that waits for the answer.</param>
internal delegate void LuaOperation(LuaBehavior behavior, LuaThread thread);

/// <summary>The operations by number.</summary>
internal static class LuaOperations
{
    private static readonly Lock RegistryLock = new();
    private static (string Name, LuaOperation Operation)[] s_operations = [];

    /// <summary>Number of a callback that raises: where the program is, it cannot wait.</summary>
    public static int Refusal { get; } = LuaCallbacks.Register(static (_, stack) => RefuseToWait(stack), LuaReturns.Rest);

    /// <summary>Pushes that fault.</summary>
    public static int RefuseToWait(LuaStack stack) =>
        LuaArguments.Fault(stack, "cannot wait here: this function was called from a sort, gsub or metamethod callback");

    /// <summary>Pushes a function that yields its arguments. It is what runs in the coroutine then, which tells the number of the operation.</summary>
    public static void Push(LuaStack stack, int operation) => stack.PushNative(LuaNatives.Of("coroutine", "yield"), operation);

    /// <summary>Gives an operation its number, for good.</summary>
    public static int Register(string name, LuaOperation operation)
    {
        lock (RegistryLock)
        {
            Volatile.Write(ref s_operations, [.. s_operations, (name, operation)]);
            return s_operations.Length - 1;
        }
    }

    public static LuaOperation Of(int number) => Volatile.Read(ref s_operations)[number].Operation;

    public static string NameOf(int number) => Volatile.Read(ref s_operations)[number].Name;
}
