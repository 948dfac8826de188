using System.Text;
using Wippy.Shared.Lua.Types;

namespace Wippy.Shared.Tests.Lua.Types;

public class TypeErasurePropertyTests
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("WIPPY_LONG") == "1";

    [Fact]
    public void TryErase_GeneratedPlainPrograms_AreTheSameArrayAndLoad()
    {
        for (var seed = 0; seed < (IsLong ? 20_000 : 400); seed++)
        {
            var (source, _) = ProgramGenerator.Generate(seed, withTypes: false);
            var bytes = Encoding.UTF8.GetBytes(source);
            Assert.Null(LuaText.Problem(bytes) is { } problem ? $"seed {seed} is no Lua: {problem}\n{source}" : null);
            Assert.True(TypeErasure.TryErase(bytes, "app:main", out var erased, out var error), $"seed {seed}: {error}\n{source}");
            Assert.Same(bytes, erased.Text);
        }
    }

    [Fact]
    public void TryErase_GeneratedTypedPrograms_AreTheProgramsWithBlanksForTypes()
    {
        for (var seed = 0; seed < (IsLong ? 20_000 : 400); seed++)
        {
            var (source, expected) = ProgramGenerator.Generate(seed, withTypes: true);
            Assert.True(TypeErasure.TryErase(Encoding.UTF8.GetBytes(source), "app:main", out var erased, out var error), $"seed {seed}: {error}\n{source}");
            if (!expected.Equals(Encoding.UTF8.GetString(erased.Text), StringComparison.Ordinal)) Assert.Fail($"seed {seed}\n{source}\n--- expected\n{expected}\n--- erased\n{Encoding.UTF8.GetString(erased.Text)}");
            Assert.Null(LuaText.Problem(erased.Text) is { } problem ? $"seed {seed} is no Lua: {problem}\n{source}" : null);
        }
    }

    [Fact]
    public void TryErase_MutatedPrograms_AreErasedOrRefused()
    {
        var random = new Random(4711);
        string[] pieces = ["type A = ", "local x: ", " as ", "::", "!", "<", ">>", "(", ")", "{", "}", "[", "]", "?", "|", "->", "@min(", "'", "\"", "[[", "--[[", "\\", "\n", "\0", "end", "function", "typeof(", "interface I", "0x", "\u00e9"];
        for (var round = 0; round < (IsLong ? 100_000 : 3_000); round++)
        {
            var text = new StringBuilder(ProgramGenerator.Generate(round % 200, withTypes: true).Source);
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                var at = random.Next(text.Length + 1);
                var length = Math.Min(random.Next(12), text.Length - at);
                switch (random.Next(4))
                {
                    case 0:
                        text.Remove(at, length);
                        break;
                    case 1:
                        text.Insert(at, text.ToString(at, length));
                        break;
                    case 2 when at < text.Length:
                        text[at] = (char)random.Next(256);
                        break;
                    default:
                        text.Insert(at, pieces[random.Next(pieces.Length)]);
                        break;
                }
            }
            var source = Encoding.Latin1.GetBytes(text.ToString());
            if (!TypeErasure.TryErase(source, "app:main", out var erased, out var error))
            {
                Assert.InRange(error.Line, 1, source.Count(b => b is (byte)'\n' or (byte)'\r') + 1);
                Assert.InRange(error.Column, 1, source.Length + 1);
                continue;
            }
            Assert.Equal(source.Count(b => b is (byte)'\n' or (byte)'\r'), erased.Text.Count(b => b is (byte)'\n' or (byte)'\r'));
        }
    }

    [Theory]
    [InlineData("x = x as A<B<C>> + (y :: {a: number})!\n")]
    [InlineData("local x: (a: A, b?: {[K]: V}) -> (A | B)? = f(1, {2}, 'x')\n")]
    [InlineData("type A<T> = T extends B ? C : D\n")]
    [InlineData("for i = 1, 2 do if a < b then goto l end ::l:: end\n")]
    [InlineData("local x: typeof(y as typeof(z as T)) = (((1)))\n")]
    public void TryErase_TwiceTheSource_IsTwiceTheWork(string line)
    {
        var ratio = (double)StepsFor(line, 2_000) / StepsFor(line, 1_000);
        Assert.InRange(ratio, 1.9, 2.1);
    }

    [Fact]
    public void TryErase_AnySource_ReadsEachTokenAFewTimes()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var tokens = new TokenReader(Encoding.UTF8.GetBytes(ProgramGenerator.Generate(seed, withTypes: true).Source));
            new ProgramParser(tokens).Program();
            Assert.InRange(tokens.Steps, 0, tokens.Tokens.Length * 40L);
        }
    }

    private static long StepsFor(string line, int lines)
    {
        var tokens = new TokenReader(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, lines))));
        new ProgramParser(tokens).Program();
        return tokens.Steps;
    }
}
