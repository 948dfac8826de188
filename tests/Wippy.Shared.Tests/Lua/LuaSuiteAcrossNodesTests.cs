using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>
/// The tests of tests/lua about processes once more, with the test on the system node and every process it spawns on the user
/// node, over a real connection. A policy opens the way back, which is closed by default.
/// </summary>
public class LuaSuiteAcrossNodesTests
{
    // The other subjects are about one process alone.
    private static readonly string[] Subjects = ["control", "ends", "exec", "messages", "names", "receive", "relations", "spawn", "spawner", "upgrade"];

    private const string DeadLetters =
        "it expects 'not found' of a send to a process that has ended; a send to another node says nothing of the receiver, and what cannot be delivered there is a counted dead letter";

    /// <summary>Rules that a callee on another node cannot keep, and tests that assume one node, with the reason.</summary>
    private static readonly Dictionary<string, string> Excluded = new()
    {
        ["messages/to_a_dead_process_not_found"] = DeadLetters,
        ["control/terminate"] = DeadLetters,
        ["names/for_another_pid"] = DeadLetters,
        ["messages/errors_of_send"] = "it makes up PIDs of a node without a name",
    };

    public static TheoryData<string> Tests() =>
        [.. LuaTestFile.All().Where(test => Subjects.Contains(test.Split('/')[0]) && !Excluded.ContainsKey(test))];

    [Theory]
    [MemberData(nameof(Tests))]
    public async Task LuaTest_CalleesOnAnotherNode_Passes(string test)
    {
        var entries = LuaTestFile.Read(test, callees: "app:user");
        await using var net = await TestDeployment.StartSystemAsync(TestService.App([.. entries, WayBack()]));
        await net.JoinAsync("user-1", Zone.User);

        await net.System.RunAsync("test");
    }

    [Fact]
    public void Excluded_AreTests() => Assert.Empty(Excluded.Keys.Except(LuaTestFile.All()));

    private static Entry WayBack() => new(new EntryId("app", "way_back"), EntryKinds.SecurityPolicy, data: new Dictionary<string, object?>
    {
        ["policy"] = new Dictionary<string, object?> { ["effect"] = "allow", ["actions"] = "*", ["resources"] = "*" },
        ["groups"] = new List<object?> { "channel:user-system" },
    });
}
