namespace Wippy.TerminalHost;
internal static class ConnectCommand
{
    public static Task<int> RunAsync(RunArguments arguments, string? file) => Task.FromResult(1);
}
