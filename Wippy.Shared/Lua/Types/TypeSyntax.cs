namespace Wippy.Shared.Lua.Types;

/// <summary>A type as written (grammar: reference: lua-environment §5.3).</summary>
internal abstract record TypeSyntax;

/// <summary>A name, perhaps of another module's type, perhaps with type arguments.</summary>
internal sealed record NameSyntax(string? Qualifier, string Name, IReadOnlyList<TypeSyntax> Arguments) : TypeSyntax;

/// <summary>One value: true, false, a long, a double or the bytes of a string as text with one character per byte.</summary>
internal sealed record LiteralSyntax(object Value) : TypeSyntax;

/// <summary><c>{T}</c> or <c>T[]</c>.</summary>
internal sealed record ArraySyntax(TypeSyntax Element) : TypeSyntax;

/// <summary><c>{[K]: V}</c>.</summary>
internal sealed record MapSyntax(TypeSyntax Key, TypeSyntax Value) : TypeSyntax;

/// <summary><c>{a: A, b?: B}</c> or an interface.</summary>
internal sealed record RecordSyntax(IReadOnlyList<FieldSyntax> Fields, IReadOnlyList<TypeSyntax> Bases, bool IsInterface) : TypeSyntax;

/// <summary>A field of a record, of optional type if it may be missing; a method of an interface is one whose type is a function.</summary>
internal sealed record FieldSyntax(string Name, TypeSyntax Type);

/// <summary><c>(A, B) -> R</c> or <c>fun(a: A): R</c>.</summary>
internal sealed record FunctionSyntax(IReadOnlyList<ParameterSyntax> Parameters, TypeSyntax Result) : TypeSyntax;

/// <summary>A parameter of a function type.</summary>
internal sealed record ParameterSyntax(string? Name, bool IsVariadic, TypeSyntax Type);

/// <summary>Several results of a function, or none.</summary>
internal sealed record TupleSyntax(IReadOnlyList<TypeSyntax> Types) : TypeSyntax;

internal sealed record UnionSyntax(IReadOnlyList<TypeSyntax> Members) : TypeSyntax;

internal sealed record IntersectionSyntax(IReadOnlyList<TypeSyntax> Members) : TypeSyntax;

/// <summary><c>T?</c>.</summary>
internal sealed record OptionalSyntax(TypeSyntax Inner) : TypeSyntax;

/// <summary><c>T @min(1)</c>.</summary>
internal sealed record AnnotatedSyntax(TypeSyntax Inner, TypeRule Rule) : TypeSyntax;

/// <summary>A type that only a static checker could work out: <c>typeof</c>, <c>keyof</c>, <c>T[K]</c>, a conditional.</summary>
internal sealed record ComputedSyntax : TypeSyntax
{
    public static ComputedSyntax Instance { get; } = new();
}

/// <summary>A type parameter of a function, alias or interface.</summary>
internal sealed record TypeParameterSyntax(string Name, TypeSyntax? Constraint);

/// <summary>A named type: from <c>type N = T</c>, <c>interface N … end</c>, or a type parameter of a function.</summary>
internal sealed record AliasSyntax(string Name, IReadOnlyList<TypeParameterSyntax> Parameters, TypeSyntax Body, TypeScope Scope);
