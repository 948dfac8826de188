using System.Text.RegularExpressions;
using Wippy.Shared.Lua;
using Wippy.Shared.Tests.Editor;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Docs;

/// <summary>The page of a module in docs/modules names all that the module and its objects have.</summary>
public class ModulePagesTests
{
    public static TheoryData<string> Modules() => new(LuaModules.Libraries.Select(library => library.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Modules))]
    public void Page_OfAModule_NamesEveryMember(string module)
    {
        var page = File.ReadAllText(Repository.PathOf($"docs/modules/{module}.md"));
        var members = LuaStubs.LibrariesOf(module).SelectMany(library => library.Members.Where(member => member.Value.Signature is not null).Select(member => member.Key));

        Assert.All(members, member => Assert.Matches($@"\b{Regex.Escape(member)}\b", page));
    }
}
