using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Wippy.Shared.Lua;

namespace Wippy.Shared.Tests.Editor;

/// <summary>LuaLS definition files, one for each module, made from the tables that the modules are registered from.</summary>
internal static class LuaStubs
{
    private const string Globals = "globals";

    // What every Lua has is known to the editor: of these only what is new.
    private static readonly string[] Standard = ["string", "table", "math"];

    // A module declares the types of its objects when it is first used.
    static LuaStubs()
    {
        foreach (var module in typeof(LuaLibrary).Assembly.GetTypes().Where(type => type.Name.EndsWith("Module", StringComparison.Ordinal))) RuntimeHelpers.RunClassConstructor(module.TypeHandle);
    }

    /// <summary>Name of a module to the text of its file.</summary>
    public static SortedDictionary<string, string> Create()
    {
        var stubs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, library, isListed) in Modules()) stubs.Add(name, Module(name, library, isListed));
        stubs.Add(Globals, OfGlobals());
        return stubs;
    }

    /// <summary>Every library, those inside others, and the methods of objects.</summary>
    public static IEnumerable<LuaLibrary> Libraries() =>
        Modules().Select(module => module.Library).Append(LuaModules.Always).SelectMany(WithNested).Concat(LuaTypes.Declared.Select(type => type.Methods)).Distinct();

    /// <summary>The library of a module, those inside it, and the methods of its objects.</summary>
    public static IEnumerable<LuaLibrary> LibrariesOf(string module) =>
        Modules().Where(one => one.Name == module).SelectMany(one => WithNested(one.Library)).Concat(LuaTypes.Declared.Where(type => ModuleOf(type.Name) == module).Select(type => type.Methods));

    private static IEnumerable<(string Name, LuaLibrary Library, bool IsListed)> Modules() => LuaModules.Libraries.Select(library => (library.Name, library, true))
        .Concat(LuaModules.Always.Members.Where(member => member.Value.Library is not null).Select(member => (member.Key, member.Value.Library!, false)));

    private static IEnumerable<LuaLibrary> WithNested(LuaLibrary library) =>
        library.Members.Select(member => member.Value.Library).OfType<LuaLibrary>().SelectMany(WithNested).Prepend(library);

    private static string Module(string name, LuaLibrary library, bool isListed)
    {
        var text = new StringBuilder($"---@meta {name}\n\n");
        AppendClasses(text, name);
        if (isListed && !library.Members.Any()) text.Append(CultureInfo.InvariantCulture, $"---@type {name}\n{name} = nil\n\n");
        else AppendLibrary(text, name, library);
        return text.Append(CultureInfo.InvariantCulture, $"return {name}\n").ToString();
    }

    private static string OfGlobals()
    {
        var text = new StringBuilder("---@meta _\n\n");
        AppendClasses(text, Globals);
        AppendMembers(text, "", LuaModules.Always, ".");
        AppendMembers(text, "", LuaSandbox.Globals, ".");
        foreach (var (name, member) in LuaSandbox.Globals.Members.Where(member => Standard.Contains(member.Key))) AppendMembers(text, name, member.Library!, ".");
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void AppendClasses(StringBuilder text, string module)
    {
        foreach (var (name, methods) in LuaTypes.Declared.Where(type => ModuleOf(type.Name) == module).OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            var variable = Regex.Replace(name[(name.LastIndexOf('.') + 1)..], "^.", first => first.Value.ToUpperInvariant());
            text.Append(CultureInfo.InvariantCulture, $"---@class {name}\nlocal {variable} = {{}}\n\n");
            AppendMembers(text, variable, methods, ":");
        }
    }

    private static string ModuleOf(string type) => type switch
    {
        "error" => "errors",
        "type" => Globals,
        _ => type.Split('.')[0],
    };

    private static void AppendLibrary(StringBuilder text, string path, LuaLibrary library)
    {
        text.Append(CultureInfo.InvariantCulture, $"{path} = {{}}\n\n");
        AppendMembers(text, path, library, ".");
        foreach (var (name, member) in library.Members)
        {
            if (member.Library is { } nested) AppendLibrary(text, $"{path}.{name}", nested);
        }
    }

    private static void AppendMembers(StringBuilder text, string owner, LuaLibrary library, string separator)
    {
        var constants = library.Members.Where(member => member.Value.Value is not null && owner.Length > 0 && !Standard.Contains(owner)).ToList();
        foreach (var (name, member) in constants) text.Append(CultureInfo.InvariantCulture, $"{owner}.{name} = {Literal(member.Value!)}\n");
        if (constants.Count > 0) text.Append('\n');
        foreach (var (name, member) in library.Members)
        {
            if (member.Signature is null) continue;
            var path = owner.Length > 0 ? $"{owner}{separator}{name}" : name;
            if (member.Signature.StartsWith(": ", StringComparison.Ordinal)) text.Append(CultureInfo.InvariantCulture, $"---@type {member.Signature[2..]}\n{path} = nil\n\n");
            else AppendFunction(text, path, LuaSignature.Parse(member.Signature));
        }
    }

    private static void AppendFunction(StringBuilder text, string path, LuaSignature signature)
    {
        foreach (var (name, type) in signature.Parameters) text.Append(CultureInfo.InvariantCulture, $"---@param {name} {type}\n");
        foreach (var type in signature.Results) text.Append(CultureInfo.InvariantCulture, $"---@return {type}\n");
        text.Append(CultureInfo.InvariantCulture, $"function {path}({string.Join(", ", signature.Parameters.Select(parameter => parameter.Name.TrimEnd('?')))}) end\n\n");
    }

    private static string Literal(object value) => value switch
    {
        string text => $"\"{text}\"",
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => ((double)value).ToString("R", CultureInfo.InvariantCulture),
    };
}
