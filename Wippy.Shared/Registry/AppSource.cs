using System.Text;
using YamlDotNet.RepresentationModel;

namespace Wippy.Shared.Registry;

/// <summary>
/// The source folder of an app: what may be read, and how its files are called in messages. Nothing outside of it is
/// ever read, whatever <c>..</c> or a link says.
/// </summary>
internal sealed class AppSource
{
    private const string LockFile = "wippy.lock";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _appFolder;
    private readonly string _folder;
    private readonly string _realFolder;

    private AppSource(string appFolder, string folder)
    {
        _appFolder = appFolder;
        _folder = folder;
        _realFolder = RealPath.Of(folder);
    }

    /// <summary>
    /// The folder that <c>directories.src</c> in <c>wippy.lock</c> names, else <c>src</c> in the app folder, else the app
    /// folder itself.
    /// </summary>
    /// <returns>Null, with a problem, when that folder does not exist or the lock file cannot be read.</returns>
    public static AppSource? Find(string appFolder, ProblemList problems)
    {
        var app = Path.GetFullPath(appFolder);
        if (!Directory.Exists(app))
        {
            problems.Add(new Problem(Severity.Error, new SourceLocation(appFolder), null, null, "no such app folder"));
            return null;
        }
        var lockFile = Path.Combine(app, LockFile);
        if (File.Exists(lockFile)) return FromLockFile(app, lockFile, problems);

        var src = Path.Combine(app, "src");
        return new AppSource(app, Directory.Exists(src) ? src : app);
    }

    /// <summary>The YAML and JSON files, recursively, in ordinal order; <c>node_modules</c>, hidden and linked folders are left out.</summary>
    public IEnumerable<string> Files(ProblemList problems) => FilesBelow(_folder, problems);

    /// <summary>How a file is called in messages: relative to the app folder, with forward slashes.</summary>
    public string NameOf(string path) => Path.GetRelativePath(_appFolder, path).Replace('\\', '/');

    /// <summary>Reads a UTF-8 file of the source folder.</summary>
    /// <param name="path">Absolute; may hold <c>..</c> and links as long as they stay inside.</param>
    /// <param name="text">Its text, or why it cannot be had.</param>
    public bool TryReadText(string path, out string text)
    {
        var name = NameOf(path);
        try
        {
            var real = RealPath.Of(path);
            var relative = Path.GetRelativePath(_realFolder, real);
            if (relative == ".." || relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal) || Path.IsPathRooted(relative))
            {
                text = $"file '{name}' is outside of the source folder '{NameOf(_folder)}'";
                return false;
            }
            if (!File.Exists(real))
            {
                text = $"no file '{name}'";
                return false;
            }
            text = File.ReadAllText(real, StrictUtf8);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = $"file '{name}' is not UTF-8 text";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            text = $"file '{name}' cannot be read: {e.Message}";
        }
        return false;
    }

    private static AppSource? FromLockFile(string app, string lockFile, ProblemList problems)
    {
        var lockSource = new AppSource(app, app);
        var location = new SourceLocation(LockFile);
        if (!lockSource.TryReadText(lockFile, out var text))
        {
            problems.Add(new Problem(Severity.Error, location, null, null, text));
            return null;
        }
        var src = "src";
        var root = YamlText.Parse(text, LockFile, problems).FirstOrDefault();
        if (problems.HasErrors) return null;
        if (root is not null) ReportUnused(root, problems);
        if (root?.Find("directories") is YamlMappingNode directories && directories.Find("src") is { } node)
        {
            location = node.LocationIn(LockFile);
            src = (node as YamlScalarNode)?.Value ?? "";
        }
        var folder = Path.GetFullPath(Path.Combine(app, src));
        if (src.Length > 0 && Directory.Exists(folder)) return new AppSource(app, folder);

        problems.Add(new Problem(Severity.Error, location, null, "directories.src", $"no source folder '{src}'"));
        return null;
    }

    // The hub's modules and what replaces them are not read: an entry that needs one of theirs says so itself.
    private static void ReportUnused(YamlMappingNode root, ProblemList problems)
    {
        string[] known = ["directories", "modules", "replacements", "options"];
        foreach (var (key, value) in root.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (!known.Contains(name)) Warn(key, name, $"unknown field is ignored{NearMiss.Suggest(name, known)}");
            else if (name is "modules" or "replacements" && value is YamlSequenceNode { Children.Count: > 0 } list) Warn(list.Children[0], name, "modules of the hub are not loaded");
        }
        if (root.Find("directories") is not YamlMappingNode directories) return;
        foreach (var name in directories.Children.Keys.OfType<YamlScalarNode>().Where(name => name.Value is not ("src" or "modules")))
        {
            Warn(name, $"directories.{name.Value}", $"unknown field is ignored{NearMiss.Suggest(name.Value ?? "", ["src", "modules"])}");
        }

        void Warn(YamlNode node, string field, string message) => problems.Add(new Problem(Severity.Warning, node.LocationIn(LockFile), null, field, message));
    }

    private IEnumerable<string> FilesBelow(string folder, ProblemList problems)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            if (!Directory.Exists(path))
            {
                if (Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml" or ".json") yield return path;
            }
            else if (Path.GetFileName(path).StartsWith('.'))
            {
                continue;   // of version control; of a container platform, which keeps the files there that it shows here
            }
            else if (new DirectoryInfo(path).LinkTarget is not null)
            {
                problems.Add(new Problem(Severity.Warning, new SourceLocation(NameOf(path)), null, null, "linked folder is not followed"));
            }
            else if (Path.GetFileName(path) != "node_modules")
            {
                foreach (var file in FilesBelow(path, problems)) yield return file;
            }
        }
    }
}
