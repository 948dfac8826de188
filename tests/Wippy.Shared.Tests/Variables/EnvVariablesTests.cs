using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Variables;

/// <summary>Variables and stores follow the registry.</summary>
public class EnvVariablesTests
{
    [Fact]
    public async Task Variables_EntriesChange_FollowAndKeepWhatTheirStorageHolds()
    {
        using var node = new TestNode([Memory(), Variable("a", "A", "first")]);
        Assert.Null(node.Node.Variables.Set(Find(node, "A"), "set"));

        var result = await node.Node.Registry.ApplyAsync([EntryChange.Update(Variable("a", "A2", "second")), EntryChange.Create(Variable("b", "B", "third"))]);

        Assert.Null(result.Error);
        Assert.Equal((null, "second", "third"), (node.Node.Variables.Get("A"), node.Node.Variables.Get("A2"), node.Node.Variables.Get("B")));
        await node.Node.Registry.ApplyAsync([EntryChange.Update(Variable("a", "A", "first"))]);
        Assert.Equal("set", node.Node.Variables.Get("A"));
    }

    private static Wippy.Shared.Variables.EnvVariable Find(TestNode node, string name) =>
        node.Node.Variables.TryFind(name, out var variable) ? variable : throw new InvalidOperationException(name);

    private static Entry Memory() => new(new EntryId("app", "memory"), EntryKinds.EnvMemory, data: new Dictionary<string, object?>());

    private static Entry Variable(string name, string variable, string value) => new(
        new EntryId("app", name),
        EntryKinds.EnvVariable,
        data: new Dictionary<string, object?> { ["variable"] = variable, ["storage"] = "app:memory", ["default"] = value });
}
