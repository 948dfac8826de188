namespace Wippy.Shared.Registry;

/// <summary>One row of <see cref="EntryKinds"/>: a field that a kind knows.</summary>
/// <param name="Name">Key as written in YAML.</param>
/// <param name="Shape">What its value may be.</param>
/// <param name="Required">Whether leaving it out is an error.</param>
internal sealed record EntryField(string Name, FieldShape Shape, bool Required = false);

/// <summary>
/// What a field's value may be. Pure data, a closed list: <see cref="EntryValidator"/> has one case for each, and so
/// has anything else derived from the table.
/// </summary>
internal abstract record FieldShape
{
    /// <summary>Completes the sentence "expected ...".</summary>
    public abstract string Expected { get; }

    /// <summary>Any value.</summary>
    public sealed record Anything : FieldShape
    {
        public override string Expected => "any value";
    }

    /// <summary>Text; one of a closed list if there is one.</summary>
    public sealed record Text(params string[] OneOf) : FieldShape
    {
        public override string Expected => OneOf.Length == 0 ? "text" : $"one of {string.Join(", ", OneOf)}";
    }

    /// <summary>An id, or a bare name in the entry's own namespace; not necessarily of an entry (policy groups have none).</summary>
    public sealed record Id : FieldShape
    {
        public override string Expected => "an id (namespace:name) or a name";
    }

    public sealed record Flag : FieldShape
    {
        public override string Expected => "true or false";
    }

    /// <summary>A whole number in a closed range.</summary>
    public sealed record Whole(int Minimum, int Maximum = int.MaxValue) : FieldShape
    {
        public override string Expected => Maximum == int.MaxValue
            ? $"a whole number of at least {Minimum}"
            : $"a whole number from {Minimum} to {Maximum}";
    }

    /// <summary>Permissions of a file as three or four octal digits: text, or a number whose digits are read so.</summary>
    public sealed record Octal : FieldShape
    {
        public override string Expected => "permissions in octal digits such as 0644";
    }

    /// <summary>A whole or fractional number in a closed range.</summary>
    public sealed record Number(double Minimum, double Maximum = double.MaxValue) : FieldShape
    {
        public override string Expected => Maximum == double.MaxValue
            ? FormattableString.Invariant($"a number of at least {Minimum}")
            : FormattableString.Invariant($"a number from {Minimum} to {Maximum}");
    }

    /// <summary>A Go duration that is not negative; see <see cref="GoDuration"/>.</summary>
    public sealed record Duration : FieldShape
    {
        public override string Expected => "a duration such as 500ms or 1m30s";
    }

    /// <summary>A number of bytes, at least so many; see <see cref="ByteSize"/>.</summary>
    public sealed record Size(long Minimum) : FieldShape
    {
        public override string Expected => $"a size such as 64MB, at least {(Minimum >= 1 << 20 ? $"{Minimum >> 20}MB" : $"{Minimum} bytes")}";
    }

    /// <summary>The id of another entry, of one of these kinds; of any kind if none is named.</summary>
    public sealed record Reference(params string[] Kinds) : FieldShape
    {
        public override string Expected => Kinds.Length == 0 ? "the id of an entry" : $"the id of a {string.Join(" or ", Kinds)}";
    }

    public sealed record ListOf(FieldShape Item) : FieldShape
    {
        public override string Expected => $"a list, each item {Item.Expected}";
    }

    /// <summary>A list, or its only item alone.</summary>
    public sealed record OneOrMore(FieldShape Item) : FieldShape
    {
        public override string Expected => $"{Item.Expected}, or a list of it";
    }

    /// <summary>A map from free names to values of one shape.</summary>
    public sealed record MapOf(FieldShape Value) : FieldShape
    {
        public override string Expected => $"a map, each value {Value.Expected}";
    }

    /// <summary>A map with known fields. An open one may have others, too.</summary>
    public sealed record Structure(bool Open, params EntryField[] Fields) : FieldShape
    {
        public override string Expected => Fields.Length == 0 ? "a map" : $"a map with {string.Join(", ", Fields.Select(f => f.Name))}";
    }
}
