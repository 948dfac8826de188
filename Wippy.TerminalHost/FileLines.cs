using Wippy.Shared.Errors;
using Wippy.Shared.Processes;

namespace Wippy.TerminalHost;

/// <summary>
/// The native process <c>wippy.file-lines</c>: reads a text file for others, who have no access to files. Argument: the
/// path. Each message <c>next</c> is answered with <c>lines</c> and a list of lines, without their ends, or with
/// <c>end</c>. It ends after that, or when its parent asks it to.
/// </summary>
/// <remarks>
/// A line longer than <see cref="MaxLineBytes"/> is handed on in pieces, cut behind a byte that is no letter, so that no
/// word is cut.
/// </remarks>
internal sealed class FileLines : NativeProcess
{
    public const string ClassName = "wippy.file-lines";

    private const int MaxLines = 256;
    private const int MaxBatchBytes = 128 * 1024;
    private const int MaxLineBytes = 64 * 1024;

    /// <inheritdoc/>
    public override async Task<object?> RunAsync(NativeContext process)
    {
        if (process.Arguments is not [string path])
        {
            throw new ProcessFailedException(new Error(ErrorKind.Invalid, $"{process.Entry} takes one argument, the path of a file"));
        }
        await using var file = Open(path);
        var lines = new LineReader(file);
        while (true)
        {
            var request = await process.ReceiveAsync(process.Cancelled);
            if (request.Topic != "next") continue;
            var batch = await ReadBatchAsync(lines, path);
            var refused = batch.Count > 0 ? process.Send(request.From, "lines", batch) : process.Send(request.From, "end");
            if (refused is not null) throw new ProcessFailedException(refused);
            if (batch.Count == 0) return null;
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(path, problem);
        }
    }

    private static async Task<List<object?>> ReadBatchAsync(LineReader lines, string path)
    {
        var batch = new List<object?>();
        var bytes = 0;
        try
        {
            while (batch.Count < MaxLines && bytes < MaxBatchBytes && await lines.NextAsync() is { } line)
            {
                batch.Add(line);
                bytes += line.Length;
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, problem);
        }
        return batch;
    }

    private static ProcessFailedException Unreadable(string path, Exception problem)
    {
        var kind = problem is FileNotFoundException or DirectoryNotFoundException ? ErrorKind.NotFound : ErrorKind.Unavailable;
        var reason = kind == ErrorKind.NotFound ? "no such file" : Directory.Exists(path) ? "it is a folder" : problem.Message;
        return new ProcessFailedException(new Error(kind, $"cannot read {path}: {reason}"));
    }

    private sealed class LineReader(Stream file)
    {
        private byte[] _buffer = new byte[2 * MaxLineBytes];
        private int _start;
        private int _end;
        private bool _atEnd;

        public async Task<byte[]?> NextAsync()
        {
            var searched = 0;
            while (true)
            {
                var pending = _buffer.AsSpan(_start, _end - _start);
                var newline = pending[searched..].IndexOf((byte)'\n');
                if (newline >= 0) return Take(searched + newline, skip: 1);
                if (pending.Length >= MaxLineBytes && LastNonLetter(pending) is var cut and >= 0) return Take(cut + 1, skip: 0);
                if (_atEnd) return pending.Length == 0 ? null : Take(pending.Length, skip: 0);
                searched = pending.Length;
                await FillAsync();
            }
        }

        private byte[] Take(int length, int skip)
        {
            var line = _buffer.AsSpan(_start, length).ToArray();
            _start += length + skip;
            return line;
        }

        private async Task FillAsync()
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }
            if (_end == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);   // one word fills it
            var read = await file.ReadAsync(_buffer.AsMemory(_end));
            _atEnd = read == 0;
            _end += read;
        }

        private static int LastNonLetter(ReadOnlySpan<byte> bytes)
        {
            for (var i = bytes.Length - 1; i >= 0; i--)
            {
                if (!char.IsAsciiLetter((char)bytes[i])) return i;
            }
            return -1;
        }
    }
}
