using Wippy.Shared.Errors;

namespace Wippy.Shared.Processes;

/// <summary>The console of a terminal host. Any thread; writes of one call stay together.</summary>
internal interface ITerminal
{
    /// <summary>Command arguments of the program, without the command's name.</summary>
    IReadOnlyList<string> Arguments { get; }

    /// <summary>Writes bytes to standard output.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Writes bytes to standard error.</summary>
    void WriteError(ReadOnlySpan<byte> bytes);

    /// <summary>Makes sure that what was written is seen.</summary>
    void Flush();

    /// <summary>Reads a line without its end.</summary>
    /// <returns>Null at the end of input.</returns>
    Task<byte[]?> ReadLineAsync();

    /// <summary>Reads what there is, at least one byte, at most so many.</summary>
    /// <returns>Null at the end of input.</returns>
    Task<byte[]?> ReadAsync(int maxBytes);

    /// <summary>Lets each key through as it is typed, unseen and without a meaning of its own, rather than lines; or no longer.</summary>
    /// <returns>Null, or why this terminal cannot.</returns>
    Error? SetRaw(bool isRaw);
}
