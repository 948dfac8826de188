using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Variables;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>env</c> module: environment variables that entries declare (reference: modules, env). The user zone reads only.</summary>
internal static class EnvModule
{
    public static LuaLibrary Library { get; } = new LuaLibrary("env").Checked("get(name: string): string!", Get).Checked("set(name: string, value: string): boolean!", Set).Checked("get_all(): table<string, string>!", GetAll);

    private static int Get(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? name)) return LuaArguments.BadType(stack, 1, "get", "string");
        if (name.Length == 0) return LuaArguments.Failure(stack, NameRequired);
        if (!behavior.Process.Permits("env.get", name)) return LuaArguments.Failure(stack, NotAllowed("get", name));
        if (behavior.Process.Node.Variables.Get(name) is not { } value) return LuaArguments.Failure(stack, EnvVariables.NotFound);
        stack.PushNil();
        stack.Push(value);
        return 2;
    }

    private static int Set(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? name)) return LuaArguments.BadType(stack, 1, "set", "string");
        if (!LuaArguments.TryText(stack, 2, out string? value)) return LuaArguments.BadType(stack, 2, "set", "string");
        if (name.Length == 0) return LuaArguments.Failure(stack, NameRequired);
        var process = behavior.Process;
        if (process.Host.Zone == Zone.User || !process.Permits("env.set", name)) return LuaArguments.Failure(stack, NotAllowed("set", name));
        var variables = process.Node.Variables;
        var error = variables.TryFind(name, out var variable) ? variables.Set(variable, value) : EnvVariables.NotFound;
        return error is null ? LuaArguments.Success(stack) : LuaArguments.Failure(stack, error);
    }

    private static int GetAll(LuaBehavior behavior, LuaStack stack)
    {
        var variables = behavior.Process.Node.Variables;
        stack.PushNil();
        stack.NewTable();
        foreach (var variable in variables.All)
        {
            if (!behavior.Process.Permits("env.get", variable.Name) || variables.Get(variable) is not { } value) continue;
            stack.Push(variable.Name);
            stack.Push(value);
            stack.RawSet(-3);
        }
        return 2;
    }

    private static Error NameRequired { get; } = new(ErrorKind.Invalid, "variable name is required");

    private static Error NotAllowed(string verb, string name) => new(ErrorKind.PermissionDenied, $"not allowed to {verb} environment variable: {name}");
}
