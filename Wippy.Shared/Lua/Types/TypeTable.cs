namespace Wippy.Shared.Lua.Types;

/// <summary>The types of one source by number. Built once, then never changed; any thread may read it.</summary>
internal sealed class TypeTable
{
    private readonly List<TypeDescriptor> _types = [];

    /// <summary>Of a source that declares none.</summary>
    public static TypeTable Empty { get; } = new();

    public int Count => _types.Count;

    public TypeDescriptor this[int index] => _types[index];

    /// <summary>Adds a type; only while the table is built.</summary>
    /// <returns>It.</returns>
    public T Add<T>(T type)
        where T : TypeDescriptor
    {
        type.Place(this, _types.Count);
        _types.Add(type);
        return type;
    }
}
