namespace Wippy.Shared.Registry;

/// <summary>Paths with every symbolic link and <c>..</c> resolved the way the operating system does it (POSIX realpath).</summary>
internal static class RealPath
{
    private const int MaxLinks = 40; // Linux gives up at the same number

    /// <param name="path">Absolute; what does not exist is kept as written.</param>
    /// <exception cref="IOException">A circle of links.</exception>
    public static string Of(string path)
    {
        var resolved = Path.GetPathRoot(path)!;
        var pending = new Stack<string>();
        PushParts(pending, path[resolved.Length..]);
        var links = 0;
        while (pending.TryPop(out var part))
        {
            if (part is ".") continue;
            if (part is "..")
            {
                // The parent of what the links led to, not of how the path was written.
                resolved = Path.GetDirectoryName(resolved) ?? resolved;
                continue;
            }
            var next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }
            if (++links > MaxLinks) throw new IOException($"more than {MaxLinks} links on the way to '{path}'");
            if (Path.IsPathRooted(target))
            {
                resolved = Path.GetPathRoot(target)!;
                target = target[resolved.Length..];
            }
            PushParts(pending, target);
        }
        return resolved;
    }

    private static void PushParts(Stack<string> pending, string path)
    {
        var parts = path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        foreach (var part in parts.Reverse()) pending.Push(part);
    }
}
