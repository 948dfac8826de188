using System.Text.Json;

namespace Wippy.Shared.Hosting;

/// <summary>
/// What <c>wippy connect</c> needs to join a running deployment as a terminal node: where the system node listens, and
/// the keys of the terminal zone. The system node writes it for the user it runs as and nobody else (mode 0600), and
/// removes it when it stops.
/// </summary>
/// <param name="System">The system node's channel address, <c>tcp://host:port</c>.</param>
/// <param name="SystemTerminal">Base64 of the key between the system and the terminal zone.</param>
/// <param name="UserTerminal">Base64 of the key between the user and the terminal zone.</param>
/// <param name="Trust">The authorities of the certificates that nodes show, PEM; null when channels are not encrypted.</param>
/// <param name="Otlp">Where the deployment sends telemetry, over gRPC; null for nowhere.</param>
/// <param name="OtlpHeaders">What is shown there.</param>
internal sealed record ConnectFile(string System, string SystemTerminal, string UserTerminal, string? Trust = null, string? Otlp = null, string? OtlpHeaders = null)
{
    /// <summary>Overrides where the file is looked for.</summary>
    public const string Variable = "WIPPY_CONNECT_FILE";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where it is when nobody says otherwise.</summary>
    public static string DefaultPath => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".wippy", "connect.json");

    /// <summary>Writes it; readers see the old file or the new one, never half of it.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var draft = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(draft, options)) JsonSerializer.Serialize(file, this);
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Reads it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="problem">Why it cannot be used, and what to do.</param>
    public static ConnectFile? Read(string path, out string? problem)
    {
        problem = null;
        try
        {
            using var file = File.OpenRead(path);
            if (JsonSerializer.Deserialize<ConnectFile>(file) is { System: not null, SystemTerminal: not null, UserTerminal: not null } read) return read;
            problem = $"{path} is incomplete";
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = $"{path} does not exist: is a deployment running (dotnet run --project Wippy.AppHost)?";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            problem = $"{path} cannot be read: {failure.Message}";
        }
        return null;
    }

    /// <summary>Where the system node listens: the rest is secret.</summary>
    public override string ToString() => System;

    /// <summary>Removes it, unless another deployment has replaced it.</summary>
    public void Remove(string path)
    {
        if (Read(path, out _) == this) File.Delete(path);
    }
}
