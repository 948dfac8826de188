using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>What is done with one entry.</summary>
internal enum EntryChangeKind
{
    Create,
    Update,
    Delete,
}

/// <summary>One operation of a change set.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Id">With which entry.</param>
/// <param name="Entry">What it is afterwards; null for <see cref="EntryChangeKind.Delete"/>.</param>
internal sealed record EntryChange(EntryChangeKind Kind, EntryId Id, Entry? Entry)
{
    private static readonly string[] Names = ["entry.create", "entry.update", "entry.delete"];

    /// <summary>As programs and events name it: <c>entry.create</c>, <c>entry.update</c>, <c>entry.delete</c>.</summary>
    public string Name => Names[(int)Kind];

    public static EntryChange Create(Entry entry) => new(EntryChangeKind.Create, entry.Id, entry);

    public static EntryChange Update(Entry entry) => new(EntryChangeKind.Update, entry.Id, entry);

    public static EntryChange Delete(EntryId id) => new(EntryChangeKind.Delete, id, null);

    public override string ToString() => $"{Name} {Id}";
}
