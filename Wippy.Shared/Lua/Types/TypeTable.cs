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
    /// <param name="create">Makes it; the number and the table are to be set in it.</param>
    public T Add<T>(Func<TypeTable, int, T> create)
        where T : TypeDescriptor
    {
        var type = create(this, _types.Count);
        _types.Add(type);
        return type;
    }
}
