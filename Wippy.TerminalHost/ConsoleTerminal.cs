using Microsoft.Win32.SafeHandles;
using Wippy.Shared.Errors;
using Wippy.Shared.Processes;

namespace Wippy.TerminalHost;

/// <summary>The console of this operating-system process. Reading happens on the thread pool, since it blocks.</summary>
/// <param name="arguments">Those of its first program.</param>
internal sealed class ConsoleTerminal(IReadOnlyList<string> arguments) : ITerminal
{
    private const nint StandardInput = 0;

    private readonly Lock _writing = new();
    private readonly SemaphoreSlim _reading = new(1);
    private readonly BufferedStream _output = new(Console.OpenStandardOutput(), 16 * 1024);
    private readonly Stream _errors = Console.OpenStandardError();
    private readonly BufferedStream _input = new(OpenInput(), 4 * 1024);
    private readonly bool _flushEachWrite = !Console.IsOutputRedirected;

    /// <summary>Whether a person types, rather than a file or a pipe being read.</summary>
    public static bool IsInteractive => !Console.IsInputRedirected;

    /// <summary>Those of the program that runs; a prompt sets them before it starts the next one.</summary>
    public IReadOnlyList<string> Arguments { get; set; } = arguments;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            _output.Write(bytes);
            if (_flushEachWrite) _output.Flush();
        }
    }

    /// <inheritdoc/>
    public void WriteError(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            _output.Flush();
            _errors.Write(bytes);
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        lock (_writing) _output.Flush();
    }

    /// <inheritdoc/>
    public Task<byte[]?> ReadLineAsync() => ReadAsync(input =>
    {
        var line = new List<byte>();
        for (var next = input.ReadByte(); next != '\n'; next = input.ReadByte())
        {
            if (next < 0) return line.Count == 0 ? null : [.. line];
            line.Add((byte)next);
        }
        if (line.Count > 0 && line[^1] == '\r') line.RemoveAt(line.Count - 1);
        return [.. line];
    });

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(int maxBytes) => ReadAsync(input =>
    {
        var buffer = new byte[maxBytes];
        var count = input.Read(buffer);
        return count == 0 ? null : buffer[..count];
    });

    /// <inheritdoc/>
    public Error? SetRaw(bool isRaw) => RawInput.Set(isRaw);

    // The stream of .NET's console edits lines itself, and takes a terminal out of raw input for that: the terminal does as well.
    private static Stream OpenInput() => OperatingSystem.IsWindows()
        ? Console.OpenStandardInput()
        : new FileStream(new SafeFileHandle(StandardInput, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    // One reader at a time; what was written before, a prompt, is seen first.
    private async Task<byte[]?> ReadAsync(Func<Stream, byte[]?> read)
    {
        Flush();
        await _reading.WaitAsync();
        try
        {
            return await Task.Run(() => read(_input));
        }
        finally
        {
            _reading.Release();
        }
    }
}
