using System.Text;
using Wippy.Shared.Errors;

namespace Wippy.Shared.Variables;

/// <summary>Values in a <c>.env</c> file. It is read once, and written as a whole whenever a value is set.</summary>
/// <param name="path">Relative ones are so to the folder that the runtime was started in.</param>
/// <param name="autoCreate">Whether a file that is missing may be made, with its folder.</param>
/// <param name="fileMode">Its permissions, where there are such.</param>
/// <param name="folderMode">Those of its folder.</param>
internal sealed class FileVariables(string path, bool autoCreate, UnixFileMode fileMode, UnixFileMode folderMode) : VariableStorage
{
    private readonly Lock _lock = new();
    private DotEnv? _content;   // guarded by _lock

    /// <inheritdoc/>
    public override string? Get(string name)
    {
        lock (_lock)
        {
            return TryLoad() is null ? _content!.Get(name) : null;
        }
    }

    /// <inheritdoc/>
    public override Error? Set(string name, string value)
    {
        lock (_lock)
        {
            if (TryLoad() is { } unreadable) return unreadable;
            if (!autoCreate && !File.Exists(path)) return new Error(ErrorKind.Unavailable, $"environment file {path} does not exist, and auto_create is off");
            var before = _content!.ToString();
            _content.Set(name, value);
            try
            {
                Write(_content.ToString());
                return null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _content = new DotEnv(before);
                return new Error(ErrorKind.Unavailable, $"cannot write environment file {path}: {exception.Message}");
            }
        }
    }

    private Error? TryLoad()
    {
        if (_content is not null) return null;
        try
        {
            if (File.Exists(path)) _content = new DotEnv(File.ReadAllText(path));
            else if (autoCreate) _content = new DotEnv("");
            else return new Error(ErrorKind.Unavailable, $"environment file {path} does not exist, and auto_create is off");
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Error(ErrorKind.Unavailable, $"cannot read environment file {path}: {exception.Message}");
        }
    }

    // Beside the file and then in its place, so that nobody ever reads half of it.
    private void Write(string text)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        if (!Directory.Exists(folder))
        {
            if (!OperatingSystem.IsWindows()) Directory.CreateDirectory(folder, folderMode);
            else Directory.CreateDirectory(folder);
        }
        var temporary = $"{full}.new";
        try
        {
            File.WriteAllBytes(temporary, Encoding.UTF8.GetBytes(text));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(temporary, File.Exists(full) ? File.GetUnixFileMode(full) : fileMode);
            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
