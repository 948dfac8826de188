using System.Text;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Types;

/// <summary>
/// A type at run time (reference: lua-environment §5.4). Never changes once its <see cref="TypeTable"/> is finished;
/// types may refer to each other in circles, always through an <see cref="AliasType"/>.
/// </summary>
internal abstract class TypeDescriptor
{
    private const int MaxShownLength = 120;
    private const int MaxAliases = 1000;

    /// <summary>The table that holds it.</summary>
    public TypeTable Table { get; private set; } = null!;

    /// <summary>Its number there.</summary>
    public int Index { get; private set; }

    /// <summary>What <c>T:kind()</c> gives.</summary>
    public abstract string Kind { get; }

    /// <summary>What <c>T:name()</c> gives: the declared name, or that of a built-in type; null for others.</summary>
    public virtual string? Name => null;

    /// <summary>The type behind aliases and annotations: what <c>T:elem()</c> and the like look at. A circle of aliases stands for any.</summary>
    public TypeDescriptor Shape
    {
        get
        {
            var type = this;
            for (var steps = 0; steps < MaxAliases; steps++)
            {
                switch (type)
                {
                    case AliasType alias:
                        type = alias.Target;
                        break;
                    case AnnotatedType annotated:
                        type = annotated.Inner;
                        break;
                    default:
                        return type;
                }
            }
            return BuiltInTypes.Any;
        }
    }

    /// <summary>Notes where it is kept; called by the table, once.</summary>
    public void Place(TypeTable table, int index) => (Table, Index) = (table, index);

    /// <summary>As in a source, cut if long.</summary>
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Show(text);
        return text.Length <= MaxShownLength ? text.ToString() : $"{text.ToString(0, MaxShownLength)}...";
    }

    /// <summary>Appends itself as in a source; nothing once the text is longer than shown.</summary>
    protected abstract void Write(StringBuilder text);

    // Types share parts, so that a small one can be endless as text.
    protected void Show(StringBuilder text)
    {
        if (text.Length <= MaxShownLength) Write(text);
    }

    protected static void Show(StringBuilder text, string separator, IEnumerable<TypeDescriptor> types)
    {
        var isFirst = true;
        foreach (var type in types)
        {
            if (!isFirst) text.Append(separator);
            isFirst = false;
            if (text.Length > MaxShownLength) return;
            type.Show(text);
        }
    }
}

/// <summary>A built-in type: number, string, any and so on.</summary>
internal sealed class PrimitiveType(string name, Func<LuaStack, int, bool> accepts) : TypeDescriptor
{
    public override string Kind => name;

    public override string Name => name;

    /// <summary>Whether the value at an index of a stack is of this type.</summary>
    public bool Accepts(LuaStack stack, int index) => accepts(stack, index);

    protected override void Write(StringBuilder text) => text.Append(name);
}

/// <summary>A declared type.</summary>
internal sealed class AliasType(string name) : TypeDescriptor
{
    public override string Kind => Shape.Kind;

    public override string Name => name;

    /// <summary>What it stands for; set when its table is finished, because types may refer to each other.</summary>
    public TypeDescriptor Target { get; set; } = BuiltInTypes.Any;

    protected override void Write(StringBuilder text) => text.Append(name);
}

/// <summary>A type of an imported library or a module, found when it is needed.</summary>
internal sealed class ImportedType(string module, string name) : TypeDescriptor
{
    /// <summary>Alias of the import, or name of the module.</summary>
    public string Module => module;

    /// <summary>Name of the type there.</summary>
    public byte[] Member { get; } = Encoding.UTF8.GetBytes(name);

    public override string Kind => "userdata";

    public override string Name { get; } = $"{module}.{name}";

    protected override void Write(StringBuilder text) => text.Append(Name);
}

/// <summary>One value: true, false, a long, a double, or a string with one character per byte.</summary>
internal sealed class LiteralType(object value) : TypeDescriptor
{
    public object Value => value;

    /// <summary>The bytes of a string; empty for others.</summary>
    public byte[] Bytes { get; } = value is string text ? Encoding.Latin1.GetBytes(text) : [];

    /// <summary>The built-in type of the value.</summary>
    public PrimitiveType Base => value switch
    {
        bool => BuiltInTypes.Boolean,
        long => BuiltInTypes.Integer,
        double => BuiltInTypes.Number,
        _ => BuiltInTypes.String,
    };

    public override string Kind => "literal";

    protected override void Write(StringBuilder text) => text.Append(value switch
    {
        string => $"\"{Encoding.UTF8.GetString(Bytes)}\"",
        bool b => b ? "true" : "false",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value,
    });
}

/// <summary><c>{T}</c> or <c>T[]</c>.</summary>
internal sealed class ArrayType(TypeDescriptor element) : TypeDescriptor
{
    public TypeDescriptor Element => element;

    public override string Kind => "array";

    protected override void Write(StringBuilder text)
    {
        text.Append('{');
        Show(text, "", [element]);
        text.Append('}');
    }
}

/// <summary><c>{[K]: V}</c>.</summary>
internal sealed class MapType(TypeDescriptor key, TypeDescriptor value) : TypeDescriptor
{
    public TypeDescriptor Key => key;

    public TypeDescriptor Value => value;

    public override string Kind => "map";

    protected override void Write(StringBuilder text)
    {
        text.Append("{[");
        Show(text, "]: ", [key, value]);
        text.Append('}');
    }
}

/// <summary>A table with named fields; others may be there, too.</summary>
internal sealed class RecordType(IReadOnlyList<RecordField> fields, IReadOnlyList<TypeDescriptor> bases, bool isInterface) : TypeDescriptor
{
    private const int MaxBases = 200;

    private IReadOnlyList<RecordField> _fields = fields;

    /// <summary>In the order of declaration, those of bases first, each name once.</summary>
    public IReadOnlyList<RecordField> Fields => _fields;

    public override string Kind => isInterface ? "interface" : "record";

    /// <summary>The type of a field; null if there is none of that name.</summary>
    public TypeDescriptor? Field(ReadOnlySpan<byte> name)
    {
        foreach (var field in _fields)
        {
            if (name.SequenceEqual(field.Utf8)) return field.Type;
        }
        return null;
    }

    /// <summary>Takes in the fields of its bases, as far as they are records; once all types of the table are known.</summary>
    public void Inherit()
    {
        if (bases.Count == 0) return;
        var all = new OrderedDictionary<string, RecordField>(StringComparer.Ordinal);
        Collect(this, []);
        _fields = [.. all.Values];

        void Collect(RecordType record, HashSet<RecordType> seen)
        {
            if (seen.Count >= MaxBases || !seen.Add(record)) return;
            foreach (var type in record.Bases)
            {
                if (type.Shape is RecordType inherited) Collect(inherited, seen);
            }
            foreach (var field in record.Fields) all[field.Name] = field;
        }
    }

    private IReadOnlyList<TypeDescriptor> Bases => bases;

    protected override void Write(StringBuilder text)
    {
        text.Append('{');
        var separator = "";
        foreach (var (name, _, type) in _fields)
        {
            text.Append(separator).Append(name).Append(": ");
            separator = ", ";
            Show(text, "", [type]);
        }
        text.Append('}');
    }
}

/// <summary>A field of a record.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Utf8">The same, as Lua sees it.</param>
/// <param name="Type">Optional if it may be missing.</param>
internal sealed record RecordField(string Name, byte[] Utf8, TypeDescriptor Type);

/// <summary>A function; what it takes and gives is not checked at run time.</summary>
internal sealed class FunctionType(IReadOnlyList<TypeDescriptor> parameters, IReadOnlyList<TypeDescriptor> results) : TypeDescriptor
{
    public IReadOnlyList<TypeDescriptor> Parameters => parameters;

    public IReadOnlyList<TypeDescriptor> Results => results;

    public override string Kind => "function";

    protected override void Write(StringBuilder text)
    {
        text.Append('(');
        Show(text, ", ", parameters);
        text.Append(") -> ");
        if (results.Count != 1) text.Append('(');
        Show(text, ", ", results);
        if (results.Count != 1) text.Append(')');
    }
}

/// <summary><c>T?</c>.</summary>
internal sealed class OptionalType(TypeDescriptor inner) : TypeDescriptor
{
    public TypeDescriptor Inner => inner;

    public override string Kind => "optional";

    protected override void Write(StringBuilder text)
    {
        Show(text, "", [inner]);
        text.Append('?');
    }
}

/// <summary><c>A | B</c>: a value of any of them.</summary>
internal sealed class UnionType(IReadOnlyList<TypeDescriptor> members) : TypeDescriptor
{
    public IReadOnlyList<TypeDescriptor> Members => members;

    public override string Kind => "union";

    protected override void Write(StringBuilder text) => Show(text, " | ", members);
}

/// <summary><c>A &amp; B</c>: a value of all of them.</summary>
internal sealed class IntersectionType(IReadOnlyList<TypeDescriptor> members) : TypeDescriptor
{
    public IReadOnlyList<TypeDescriptor> Members => members;

    public override string Kind => "intersection";

    protected override void Write(StringBuilder text) => Show(text, " & ", members);
}

/// <summary>A type whose values also keep a rule: <c>T @min(0)</c>.</summary>
internal sealed class AnnotatedType(TypeDescriptor inner, TypeRule rule) : TypeDescriptor
{
    public TypeDescriptor Inner => inner;

    public TypeRule Rule => rule;

    public override string Kind => Shape.Kind;

    public override string? Name => Shape is PrimitiveType primitive ? primitive.Name : null;

    protected override void Write(StringBuilder text)
    {
        Show(text, "", [inner]);
        text.Append(' ').Append(rule);
    }
}
