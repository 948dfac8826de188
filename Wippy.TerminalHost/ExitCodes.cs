namespace Wippy.TerminalHost;

/// <summary>Exit codes of <c>wippy</c> beside those a program chooses itself.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The program ended with an error, or the app could not be loaded.</summary>
    public const int Failure = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>Ended by Ctrl+C before there was a result (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
