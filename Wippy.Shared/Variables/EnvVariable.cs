using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Variables;

/// <summary>An <c>env.variable</c> entry, compiled.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Name">Under which programs and its storage know it.</param>
/// <param name="Storage">Where its value is.</param>
/// <param name="Default">Used while the storage has none; may be empty.</param>
/// <param name="IsReadOnly">Whether programs may not set it.</param>
internal sealed record EnvVariable(EntryId Id, string Name, EntryId Storage, string Default, bool IsReadOnly)
{
    /// <param name="entry">Validated, of that kind.</param>
    public static EnvVariable Compile(Entry entry)
    {
        var fields = new EntryFields(entry.Fields);
        return new EnvVariable(
            entry.Id,
            fields.Text("variable") ?? entry.Id.Name,
            EntryId.TryResolve(fields.Text("storage"), entry.Id.Namespace, out var storage) ? storage : EntryId.None,
            fields.Text("default") ?? "",
            fields.Flag("readonly") || fields.Flag("read_only"));
    }
}
