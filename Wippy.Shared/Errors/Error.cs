namespace Wippy.Shared.Errors;

/// <summary>
/// One expected failure as a value: denied, not found, full, closed, timed out, or how a process ended.
/// Immutable; any thread. Bugs are exceptions, not errors.
/// </summary>
/// <param name="Kind">Which of the closed list.</param>
/// <param name="Message">Names the thing, the value and the place. UTF-16; lone surrogates never occur.</param>
/// <param name="Retryable">Whether trying again may help; null when unspecified (Lua sees three values).</param>
public sealed record Error(ErrorKind Kind, string Message, bool? Retryable = false)
{
    /// <summary>More about the failure as one MessagePack map, or empty. Lua sees it through <c>err:details()</c>.</summary>
    public ReadOnlyMemory<byte> Details { get; init; }

    /// <summary>Multi-line context added on the way (Lua positions, wraps), or null.</summary>
    public string? Stack { get; init; }

    /// <summary>The message, as Lua's <c>tostring(err)</c> gives it.</summary>
    public override string ToString() => Message;
}
