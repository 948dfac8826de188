namespace Wippy.Shared.Registry;

/// <summary>Composes the path that names a field in messages and origins: <c>host.workers</c>, <c>modules[2]</c>.</summary>
internal static class FieldPath
{
    public static string Member(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    public static string Item(string path, int index) => $"{path}[{index}]";
}
