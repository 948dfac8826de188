using System.Collections.Concurrent;
using System.Text;
using Wippy.Shared.Processes;

namespace Wippy.Testing;

/// <summary>A console whose input a test writes and whose output it reads.</summary>
internal sealed class MemoryTerminal : ITerminal
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly ConcurrentQueue<string> _lines = new();

    public string Output => _output.ToString();

    public string Errors => _errors.ToString();

    /// <inheritdoc/>
    public IReadOnlyList<string> Arguments { get; set; } = [];

    /// <summary>Adds a line of input; after the last one input is at its end.</summary>
    public void Type(string line) => _lines.Enqueue(line);

    /// <summary>How raw input was switched.</summary>
    public List<bool> RawSwitches { get; } = [];

    /// <inheritdoc/>
    public Wippy.Shared.Errors.Error? SetRaw(bool isRaw)
    {
        RawSwitches.Add(isRaw);
        return null;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes) => _output.Append(Encoding.UTF8.GetString(bytes));

    /// <inheritdoc/>
    public void WriteError(ReadOnlySpan<byte> bytes) => _errors.Append(Encoding.UTF8.GetString(bytes));

    /// <inheritdoc/>
    public void Flush()
    {
    }

    /// <inheritdoc/>
    public Task<byte[]?> ReadLineAsync() => Task.FromResult(_lines.TryDequeue(out var line) ? Encoding.UTF8.GetBytes(line) : null);

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(int maxBytes) => ReadLineAsync();
}
