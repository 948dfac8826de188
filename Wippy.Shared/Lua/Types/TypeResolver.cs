using System.Text;

namespace Wippy.Shared.Lua.Types;

/// <summary>
/// Turns types as written into types at run time, for one source. What it cannot know becomes <c>any</c>: a wrong type
/// never stops a program (reference: lua-environment §5.1).
/// </summary>
internal sealed class TypeResolver
{
    // A generic alias whose argument grows at each turn would never end.
    private const int MaxTypes = 20_000;

    // Brackets inside one another are limited by the parser, [] and ? behind a type are not.
    private const int MaxDepth = 200;

    private readonly TypeTable _table = new();
    private readonly Dictionary<Instance, AliasType> _instances = [];
    private readonly Queue<(Instance Instance, AliasType Type)> _open = new();

    /// <summary>The type that a declaration makes; type parameters of it are what they must at least be.</summary>
    public TypeDescriptor Resolve(AliasSyntax alias) => Instantiate(alias, []);

    /// <summary>Resolves what the types so far refer to.</summary>
    /// <returns>All types.</returns>
    public TypeTable Finish()
    {
        while (_open.TryDequeue(out var open))
        {
            var (alias, arguments) = open.Instance;
            var parameters = new Dictionary<string, TypeDescriptor>(StringComparer.Ordinal);
            for (var i = 0; i < alias.Parameters.Count; i++)
            {
                var (name, constraint) = alias.Parameters[i];
                parameters[name] = i < arguments.Length ? arguments[i]
                    : constraint is null ? BuiltInTypes.Any
                    : Resolve(constraint, new Names(alias.Scope, []), 0);
            }
            open.Type.Target = Resolve(alias.Body, new Names(alias.Scope, parameters), 0);
        }
        for (var i = 0; i < _table.Count; i++) (_table[i] as RecordType)?.Inherit();
        return _table;
    }

    private AliasType Instantiate(AliasSyntax alias, TypeDescriptor[] arguments)
    {
        var instance = new Instance(alias, arguments);
        if (_instances.TryGetValue(instance, out var known)) return known;
        var type = _table.Add(new AliasType(alias.Name));
        _instances.Add(instance, type);
        _open.Enqueue((instance, type));
        return type;
    }

    private TypeDescriptor Resolve(TypeSyntax syntax, Names names, int depth)
    {
        if (depth > MaxDepth || _table.Count > MaxTypes) return BuiltInTypes.Any;
        depth++;
        switch (syntax)
        {
            case NameSyntax name:
                return ResolveName(name, names, depth);
            case LiteralSyntax literal:
                return _table.Add(new LiteralType(literal.Value));
            case ArraySyntax array:
                return _table.Add(new ArrayType(Resolve(array.Element, names, depth)));
            case MapSyntax map:
                return _table.Add(new MapType(Resolve(map.Key, names, depth), Resolve(map.Value, names, depth)));
            case RecordSyntax record:
                return ResolveRecord(record, names, depth);
            case FunctionSyntax function:
                var parameters = ResolveAll(function.Parameters.Select(parameter => parameter.Type), names, depth);
                var results = ResolveAll(function.Result is TupleSyntax tuple ? tuple.Types : [function.Result], names, depth);
                return _table.Add(new FunctionType(parameters, results));
            case UnionSyntax union:
                return _table.Add(new UnionType(ResolveAll(union.Members, names, depth)));
            case IntersectionSyntax intersection:
                return _table.Add(new IntersectionType(ResolveAll(intersection.Members, names, depth)));
            case OptionalSyntax optional:
                return _table.Add(new OptionalType(Resolve(optional.Inner, names, depth)));
            case AnnotatedSyntax annotated:
                return _table.Add(new AnnotatedType(Resolve(annotated.Inner, names, depth), annotated.Rule));
            default:
                return BuiltInTypes.Any;
        }
    }

    private TypeDescriptor ResolveName(NameSyntax name, Names names, int depth)
    {
        if (name.Qualifier is { } qualifier) return _table.Add(new ImportedType(names.Scope.ModuleOf(qualifier), name.Name));
        if (names.Parameters.TryGetValue(name.Name, out var parameter)) return parameter;
        return names.Scope.Find(name.Name) is { } alias
            ? Instantiate(alias, [.. ResolveAll(name.Arguments.Take(alias.Parameters.Count), names, depth)])
            : BuiltInTypes.Find(name.Name) ?? BuiltInTypes.Any;
    }

    private RecordType ResolveRecord(RecordSyntax record, Names names, int depth)
    {
        var fields = new OrderedDictionary<string, RecordField>(StringComparer.Ordinal);
        foreach (var field in record.Fields)
        {
            fields[field.Name] = new RecordField(field.Name, Encoding.UTF8.GetBytes(field.Name), Resolve(field.Type, names, depth));
        }
        var bases = ResolveAll(record.Bases, names, depth);
        return _table.Add(new RecordType([.. fields.Values], bases, record.IsInterface));
    }

    private List<TypeDescriptor> ResolveAll(IEnumerable<TypeSyntax> types, Names names, int depth) =>
        [.. types.Select(type => Resolve(type, names, depth))];

    private sealed record Names(TypeScope Scope, Dictionary<string, TypeDescriptor> Parameters);

    // A generic alias with its arguments; the same arguments give the same type.
    private readonly record struct Instance(AliasSyntax Alias, TypeDescriptor[] Arguments)
    {
        public bool Equals(Instance other) => ReferenceEquals(Alias, other.Alias) && Arguments.AsSpan().SequenceEqual(other.Arguments);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Alias));
            foreach (var argument in Arguments) hash.Add(argument);
            return hash.ToHashCode();
        }
    }
}
