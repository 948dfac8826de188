namespace Wippy.Shared.Tests.Lua.Types;

public class SyntaxErrorTests
{
    [Theory]
    // Statements
    [InlineData("local", "1:6: unexpected end of file, expected the name of a variable")]
    [InlineData("local 5", "1:7: unexpected '5', expected the name of a variable")]
    [InlineData("local x y 1", "1:11: unexpected '1', expected '=' or a call")]
    [InlineData("x", "1:2: unexpected end of file, expected '=' or a call")]
    [InlineData("(x)", "1:4: unexpected end of file, expected a call")]
    [InlineData("x()=1", "1:1: cannot assign to this, expected a variable or a field")]
    [InlineData("x, (y) = 1", "1:4: cannot assign to this, expected a variable or a field")]
    [InlineData("x! = 1", "1:1: cannot assign to this, expected a variable or a field")]
    [InlineData("if x", "1:5: unexpected end of file, expected 'then'")]
    [InlineData("if x then\nf()\n", "3:1: unexpected end of file, expected 'end' to close 'if' at line 1")]
    [InlineData("while x do", "1:11: unexpected end of file, expected 'end' to close 'while'")]
    [InlineData("repeat f()\nend", "2:1: unexpected 'end', expected 'until' to close 'repeat' at line 1")]
    [InlineData("for i: number = 1, 2 do end", "1:6: unexpected ':', expected '=', ',' or 'in' behind a loop variable")]
    [InlineData("for i = 1 do end", "1:11: unexpected 'do', expected ','")]
    [InlineData("function f(a b) end", "1:14: unexpected 'b', expected ')' to close '('")]
    [InlineData("function f(..., a) end", "1:15: unexpected ',', expected ')' to close '('")]
    [InlineData("function () end", "1:10: unexpected '(', expected the name of a function")]
    [InlineData("end", "1:1: unexpected 'end', expected a statement or end of file")]
    [InlineData("return 1 f()", "1:10: unexpected 'f', expected a statement or end of file")]
    [InlineData("goto 5", "1:6: unexpected '5', expected the name of a label")]
    [InlineData("::a", "1:4: unexpected end of file, expected '::'")]
    [InlineData("local t = {1, 2", "1:16: unexpected end of file, expected '}' to close '{'")]
    [InlineData("f(1,\n2", "2:2: unexpected end of file, expected ')' to close '(' at line 1")]
    [InlineData("x = ", "1:5: unexpected end of file, expected an expression")]
    [InlineData("x = a +* b", "1:8: unexpected '*', expected an expression")]
    [InlineData("x = a != b", "1:7: unexpected '!=', expected '~='")]
    [InlineData("x:y = 1", "1:5: unexpected '=', expected the arguments of a call")]
    [InlineData("local x = 1 = 2", "1:13: unexpected '=', expected a statement")]
    [InlineData("x = '\u00e9\u00e9' $", "1:10: unexpected '$'")]
    [InlineData("x = caf\u00e9", "1:8: unexpected '\u00e9'")]
    // Reserved words
    [InlineData("local as = 1", "1:7: unexpected 'as', expected the name of a variable ('as' is a reserved word)")]
    [InlineData("local function is() end", "1:16: unexpected 'is', expected the name of a function ('is' is a reserved word)")]
    [InlineData("x = fun", "1:5: unexpected 'fun', expected an expression ('fun' is a reserved word)")]
    [InlineData("x.typeof = 1", "1:3: unexpected 'typeof', expected a field name")]
    [InlineData("x = { fun = 1 }", "1:7: unexpected 'fun', expected an expression ('fun' is a reserved word)")]
    [InlineData("interface = 5", "1:11: unexpected '=', expected the name of an interface")]
    // Calls across lines
    [InlineData("f()\n(g)()", "2:1: ambiguous syntax: '(' on a new line could be a call or a new statement; put it on the line before, or ';' in front")]
    [InlineData("local x = f\n  (g)()", "2:3: ambiguous syntax: '(' on a new line could be a call or a new statement; put it on the line before, or ';' in front")]
    [InlineData("x:m\n()", "2:1: ambiguous syntax: '(' on a new line could be a call or a new statement; put it on the line before, or ';' in front")]
    [InlineData("local x = y as T\n(g)()", "2:1: ambiguous syntax: '(' behind a cast; put the cast in parentheses, or ';' before a new statement")]
    // Types
    [InlineData("local x: = 1", "1:10: unexpected '=', expected a type")]
    [InlineData("local x: {a: number = 1", "1:21: unexpected '=', expected '}' to close '{'")]
    [InlineData("local x: {a: } = 1", "1:14: unexpected '}', expected a type")]
    [InlineData("local x: {[string] number}", "1:20: unexpected 'number', expected ':'")]
    [InlineData("local x: A<B = 1", "1:14: unexpected '=', expected '>' to close '<'")]
    [InlineData("local x: A<> = 1", "1:12: unexpected '>', expected a type")]
    [InlineData("local x: (A, B) = 1", "1:17: unexpected '=', expected '->' of a function type")]
    [InlineData("local x: (a: A) = 1", "1:17: unexpected '=', expected '->' of a function type")]
    [InlineData("local x: A | = 1", "1:14: unexpected '=', expected a type")]
    [InlineData("local x: keyof A", "1:16: unexpected 'A', expected '('")]
    [InlineData("local x: A extends B : C", "1:22: unexpected ':', expected '?'")]
    [InlineData("local x: number @min(x)", "1:22: unexpected 'x', expected a number, string or boolean")]
    [InlineData("local x: number @min('a')", "1:18: @min takes one number")]
    [InlineData("local x: string @min_len(-1)", "1:18: @min_len takes one integer from 0 up")]
    [InlineData("local x: string @pattern(5)", "1:18: @pattern takes one string")]
    [InlineData("type A = ", "1:10: unexpected end of file, expected a type")]
    [InlineData("type A<5> = B", "1:8: unexpected '5', expected the name of a type parameter")]
    [InlineData("interface A\nx: number\nend", "2:1: unexpected 'x', expected 'function' or 'end' in an interface")]
    [InlineData("interface A\nfunction f()\n", "3:1: unexpected end of file, expected 'end' to close 'interface' at line 1")]
    [InlineData("local function f(): end", "1:21: unexpected 'end', expected a type")]
    [InlineData("f() as T", "1:5: unexpected 'as', expected a statement")]
    // Tokens
    [InlineData("x = 3x", "1:5: malformed number '3x'")]
    [InlineData("x = 0x", "1:5: malformed number '0x'")]
    [InlineData("x = 1e", "1:5: malformed number '1e'")]
    [InlineData("x = 3..2", "1:5: malformed number '3..2'")]
    [InlineData("x = 'abc\ny = 2", "1:5: unfinished string ''abc'")]
    [InlineData("x = \"abc", "1:5: unfinished string '\"abc'")]
    [InlineData("x = [[abc\n\n", "1:5: unfinished long string")]
    [InlineData("y()\n--[==[ abc ]]", "2:1: unfinished long comment")]
    [InlineData("x = 'a\\q'", "1:7: invalid escape '\\q', expected one of \\a \\b \\f \\n \\r \\t \\v \\\\ \\\" \\' \\ddd \\x \\u \\z")]
    [InlineData("x = 'a\\x4'", "1:7: escape '\\x' needs two hexadecimal digits")]
    [InlineData("x = '\\u41'", "1:6: escape '\\u' needs hexadecimal digits in braces")]
    [InlineData("x = '\\u{}'", "1:6: escape '\\u' needs hexadecimal digits in braces")]
    [InlineData("x = '\\u{41'", "1:6: escape '\\u' needs hexadecimal digits in braces")]
    [InlineData("x = '\\u{80000000}'", "1:6: escape '\\u{...}' is too large")]
    [InlineData("x = '\\z\n\n\\q'", "3:1: invalid escape '\\q', expected one of \\a \\b \\f \\n \\r \\t \\v \\\\ \\\" \\' \\ddd \\x \\u \\z")]
    [InlineData("x = '\\256'", "1:6: escape '\\256' is too large, a byte goes to \\255")]
    [InlineData("x = '\\", "1:6: invalid escape at the end of the file, expected one of \\a \\b \\f \\n \\r \\t \\v \\\\ \\\" \\' \\ddd \\x \\u \\z")]
    // The first error is the one reported
    [InlineData("local 5\nx = 'abc", "1:7: unexpected '5', expected the name of a variable")]
    public void TryErase_WrongSource_SaysWhereAndWhat(string source, string expected) => Assert.Equal($"app:main:{expected}", LuaText.ErrorOf(source));

    [Theory]
    [InlineData("x = ", "(", "1", ")")]
    [InlineData("x = ", "{", "1", "}")]
    [InlineData("x = ", "f(", "1", ")")]
    [InlineData("x = ", "function() return ", "1", " end")]
    [InlineData("", "do ", "", " end")]
    [InlineData("local x: ", "{", "T", "}")]
    [InlineData("local x: ", "(", "T", ")")]
    [InlineData("local x: ", "readonly ", "T", "")]
    [InlineData("local x: ", "A<", "T", ">")]
    [InlineData("local x: ", "fun(): ", "T", "")]
    [InlineData("local x: ", "typeof(x as ", "T", ")")]
    public void TryErase_EndlessNesting_IsRefused(string start, string open, string middle, string close)
    {
        const int Levels = 50_000;
        var source = string.Concat([start, .. Enumerable.Repeat(open, Levels), middle, .. Enumerable.Repeat(close, Levels)]);
        Assert.Contains("too many levels inside one another, the limit is 200", LuaText.ErrorOf(source), StringComparison.Ordinal);
    }

    [Fact]
    public void TryErase_LongSourceText_IsCutInTheMessage() =>
        Assert.Equal($"app:main:1:7: unexpected '\"{new string('a', 39)}...', expected the name of a variable", LuaText.ErrorOf($"local \"{new string('a', 5000)}\""));

    [Fact]
    public void TryErase_ControlCharacters_DoNotReachTheMessage() =>
        Assert.Equal("app:main:1:5: unexpected '\uFFFD'", LuaText.ErrorOf("x = \u0001"));
}
