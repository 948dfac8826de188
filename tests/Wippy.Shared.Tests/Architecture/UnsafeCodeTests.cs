using System.Text.RegularExpressions;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Architecture;

/// <summary>What can corrupt memory stays in one folder, where it can be read in one sitting.</summary>
public partial class UnsafeCodeTests
{
    private const string TheFolder = "Wippy.Shared/Lua/Native/";

    [Fact]
    public void UnsafeCode_IsInLuaNativeOnly()
    {
        var wrong = from project in Projects()
                    from file in SourceFile.Of(project.Folder)
                    where !file.Path.StartsWith(TheFolder, StringComparison.Ordinal)
                    from Match match in Dangerous().Matches(file.Code)
                    select $"{file.Path}: {match.Value}";
        Assert.Equal([], wrong);
    }

    [Fact]
    public void AllowUnsafeBlocks_IsSetInWippySharedOnly()
    {
        var allowing = from project in Projects()
                       where AllowsUnsafe().IsMatch(File.ReadAllText(project.File))
                       select project.Folder;
        Assert.Equal(["Wippy.Shared"], allowing);
        Assert.DoesNotMatch(AllowsUnsafe(), File.ReadAllText(Repository.PathOf("Directory.Build.props")));
    }

    [Theory]
    [InlineData("unsafe class X", true)]
    [InlineData("[DllImport(Library)]", true)]
    [InlineData("[LibraryImport(Library)]", true)]
    [InlineData("[UnmanagedCallersOnly]", true)]
    [InlineData("GCHandle.Alloc(x)", true)]
    [InlineData("using KeraLua;", true)]
    [InlineData("Unsafe.As<T>(x)", true)]
    [InlineData("MemoryMarshal.GetReference(x)", true)]
    [InlineData("Marshal.ReadByte(x)", true)]
    [InlineData("var isUnsafe = MarshalAs(x)", false)]
    public void Dangerous_Samples(string code, bool expected) => Assert.Equal(expected, Dangerous().IsMatch(code));

    private static IEnumerable<(string Folder, string File)> Projects() =>
        from file in Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
        let folder = Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(file)!).Replace('\\', '/')
        orderby folder
        select (folder, file);

    [GeneratedRegex(@"\b(unsafe|stackalloc\s+\w+\*|DllImport|LibraryImport|UnmanagedCallersOnly|GCHandle|NativeLibrary|NativeMemory|KeraLua|Unsafe\.\w+|MemoryMarshal|Marshal)\b")]
    private static partial Regex Dangerous();

    [GeneratedRegex(@"<AllowUnsafeBlocks>\s*true", RegexOptions.IgnoreCase)]
    private static partial Regex AllowsUnsafe();
}
