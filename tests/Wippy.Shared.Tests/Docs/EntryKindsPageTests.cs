using System.Text.RegularExpressions;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Docs;

/// <summary>docs/entry-kinds.md has every kind and every field of <see cref="EntryKinds"/>.</summary>
public class EntryKindsPageTests
{
    private const string Lifecycle = "lifecycle";

    // Headings to the text below them.
    private static readonly Dictionary<string, string> Sections = Regex
        .Split(File.ReadAllText(Repository.PathOf("docs/entry-kinds.md")), "^## ", RegexOptions.Multiline)
        .Skip(1)
        .ToDictionary(section => section[..section.IndexOf('\n')], section => section);

    public static TheoryData<string> Kinds() => new(EntryKinds.Names.Order());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Page_SectionOfKind_NamesEveryField(string kind)
    {
        var section = Assert.Contains(kind, Sections);
        var fields = Fields(EntryKinds.Find(kind)!.Data, "").Where(field => !field.StartsWith($"{Lifecycle}.", StringComparison.Ordinal));

        Assert.All(fields, field => Assert.Contains($"`{field}`", section));
    }

    [Fact]
    public void Page_SectionLifecycle_NamesEveryField()
    {
        var lifecycle = ((FieldShape.Structure)EntryKinds.Find(EntryKinds.ProcessService)!.Data).Fields.Single(field => field.Name == Lifecycle);

        Assert.All(Fields(lifecycle.Shape, $"{Lifecycle}."), field => Assert.Contains($"`{field}`", Sections["Lifecycle"]));
    }

    [Theory]
    [InlineData(EntryKinds.LuaProcess)]
    [InlineData(EntryKinds.LuaFunction)]
    public void Page_SectionOfKind_NamesEveryFieldOfMetaWithAMeaning(string kind)
    {
        Assert.All(Fields(EntryKinds.Find(kind)!.Meta, "meta."), field => Assert.Contains($"`{field}`", Sections[kind]));
    }

    // Paths of the fields that hold a value; what holds only other fields is named through them.
    private static IEnumerable<string> Fields(FieldShape shape, string prefix) => shape switch
    {
        FieldShape.Structure structure => structure.Fields.SelectMany(field => Inner(field.Shape) is FieldShape.Structure { Fields.Length: > 0 } inner
            ? Fields(inner, $"{prefix}{field.Name}.")
            : [prefix + field.Name]),
        _ => [],
    };

    private static FieldShape Inner(FieldShape shape) => shape is FieldShape.ListOf list ? list.Item : shape;
}
