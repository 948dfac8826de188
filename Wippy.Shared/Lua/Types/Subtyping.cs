using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Types;

/// <summary>
/// Whether every value of one type is one of another. Types that contain themselves are compared by assuming what is
/// being asked (Amadio and Cardelli, "Subtyping Recursive Types", 1993).
/// </summary>
internal sealed class Subtyping(LuaBehavior behavior, LuaStack stack)
{
    // Beyond these the answer is no.
    private const int MaxDepth = 200;
    private const int MaxQuestions = 100_000;

    private readonly HashSet<(TypeDescriptor, TypeDescriptor)> _assumed = [];
    private int _depth;
    private int _questions;

    /// <summary><c>a &lt;= b</c>.</summary>
    public bool IsSubtype(TypeDescriptor a, TypeDescriptor b)
    {
        a = Known(a);
        b = Known(b);
        if (ReferenceEquals(a, b) || b == BuiltInTypes.Any || b == BuiltInTypes.Unknown || a == BuiltInTypes.Never) return true;
        if (_depth == MaxDepth || ++_questions > MaxQuestions) return false;
        if (!_assumed.Add((a, b))) return true;
        _depth++;
        var answer = Compare(a, b);
        _depth--;
        if (!answer) _assumed.Remove((a, b));
        return answer;
    }

    // Without names: the type behind aliases and imports, annotations kept.
    private TypeDescriptor Known(TypeDescriptor type)
    {
        for (var steps = 0; steps < MaxDepth; steps++)
        {
            switch (type)
            {
                case AliasType alias:
                    type = alias.Target;
                    break;
                case ImportedType imported when TypeValues.Find(behavior, stack, imported) is { } found:
                    type = found;
                    break;
                default:
                    return type;
            }
        }
        return BuiltInTypes.Any;
    }

    private bool Compare(TypeDescriptor a, TypeDescriptor b) => (a, b) switch
    {
        (UnionType union, _) => union.Members.All(member => IsSubtype(member, b)),
        (OptionalType optional, _) => IsSubtype(BuiltInTypes.Nil, b) && IsSubtype(optional.Inner, b),
        (_, IntersectionType intersection) => intersection.Members.All(member => IsSubtype(a, member)),
        (_, AnnotatedType annotated) => IsSubtype(a, annotated.Inner) && Implies(a, annotated.Rule),
        (_, UnionType union) => union.Members.Any(member => IsSubtype(a, member)),
        (_, OptionalType optional) => a == BuiltInTypes.Nil || IsSubtype(a, optional.Inner),
        (IntersectionType intersection, _) => intersection.Members.Any(member => IsSubtype(member, b)),
        (AnnotatedType annotated, _) => IsSubtype(annotated.Inner, b),
        (LiteralType literal, LiteralType other) => Equals(literal.Value, other.Value),
        (LiteralType literal, PrimitiveType) => IsSubtype(literal.Base, b),
        (PrimitiveType, PrimitiveType) => IsNarrower(a, b),
        (ArrayType array, ArrayType other) => IsSubtype(array.Element, other.Element),
        (MapType map, MapType other) => IsSubtype(map.Key, other.Key) && IsSubtype(map.Value, other.Value),
        (RecordType record, RecordType other) => other.Fields.All(field => HasField(record, field)),
        (FunctionType function, FunctionType other) => IsCallableAs(function, other),
        (ArrayType or MapType or RecordType, PrimitiveType) => b == BuiltInTypes.AnyTable,
        (FunctionType, PrimitiveType) => b == BuiltInTypes.Function,
        (ImportedType imported, ImportedType other) => imported.Name == other.Name,
        _ => false,
    };

    private bool Implies(TypeDescriptor type, TypeRule rule)
    {
        for (var steps = 0; steps < MaxDepth && Known(type) is AnnotatedType annotated; steps++)
        {
            if (annotated.Rule.Implies(rule)) return true;
            type = annotated.Inner;
        }
        return false;
    }

    private static bool IsNarrower(TypeDescriptor a, TypeDescriptor b) =>
        (a == BuiltInTypes.Integer && b == BuiltInTypes.Number)
        || (a == BuiltInTypes.Any && b == BuiltInTypes.Unknown)
        || ((a == BuiltInTypes.Error || a == BuiltInTypes.Channel) && b == BuiltInTypes.Userdata);

    private bool HasField(RecordType record, RecordField field) =>
        record.Field(field.Utf8) is { } own ? IsSubtype(own, field.Type) : IsSubtype(BuiltInTypes.Nil, field.Type);

    // Takes at least what the other takes, gives at most what it gives.
    private bool IsCallableAs(FunctionType function, FunctionType other)
    {
        if (function.Parameters.Count > other.Parameters.Count || function.Results.Count < other.Results.Count) return false;
        for (var i = 0; i < function.Parameters.Count; i++)
        {
            if (!IsSubtype(other.Parameters[i], function.Parameters[i])) return false;
        }
        for (var i = 0; i < other.Results.Count; i++)
        {
            if (!IsSubtype(function.Results[i], other.Results[i])) return false;
        }
        return true;
    }
}
