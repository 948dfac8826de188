using System.Text;
using Wippy.Shared.Lua.Types;

namespace Wippy.Shared.Tests.Lua.Types;

public class TypeErasureTests
{
    [Theory]
    // Locals
    [InlineData("local n: number = 1", "local n         = 1")]
    [InlineData("local n:number=1", "local n       =1")]
    [InlineData("local a: string, b: integer? = f()", "local a        , b           = f()")]
    [InlineData("local x <const>: number = 1", "local x <const>         = 1")]
    [InlineData("local f <close>, g: any = a, b", "local f <close>, g      = a, b")]
    [InlineData("local m: Map<string, List<number>>= x", "local m                           = x")]
    [InlineData("local m: List<number>= x", "local m              = x")]
    // Parameters and results
    [InlineData("function f(a: string, b: number?, ...: any) end", "function f(a        , b         , ...     ) end")]
    [InlineData("local function f(): T return 1 end", "local function f()    return 1 end")]
    [InlineData("local function f(): T, U return 1, 2 end", "local function f()       return 1, 2 end")]
    [InlineData("local function f(): (T, U) return 1, 2 end", "local function f()         return 1, 2 end")]
    [InlineData("local function f(): () end", "local function f()     end")]
    [InlineData("local function f(x): asserts x is string end", "local function f(x)                      end")]
    [InlineData("local function f(x): asserts x end", "local function f(x)            end")]
    [InlineData("function a.b:c(x: T): U end", "function a.b:c(x   )    end")]
    // Generic functions
    [InlineData("function id<T>(x: T): T return x end", "function id   (x   )    return x end")]
    [InlineData("local function m<K, V: Base>(k: K) end", "local function m            (k   ) end")]
    [InlineData("local f = function<T>(x: T) end", "local f = function   (x   ) end")]
    [InlineData("local function m<V: List<T>>(v: V) end", "local function m            (v   ) end")]
    // Casts
    [InlineData("local x = e as T", "local x = e     ")]
    [InlineData("local x = e :: T", "local x = e     ")]
    [InlineData("local x = opts.name!", "local x = opts.name ")]
    [InlineData("local x = a!.b![1]!:m()!", "local x = a .b [1] :m() ")]
    [InlineData("local id = (msg:payload():data() as {id: string}).id", "local id = (msg:payload():data()                ).id")]
    [InlineData("return (x :: any).y", "return (x       ).y")]
    [InlineData("f(a as T, b :: U | nil, c!)", "f(a     , b           , c )")]
    [InlineData("local x = a as T + b as U", "local x = a      + b     ")]
    [InlineData("local x = a :: any :: T", "local x = a            ")]
    [InlineData("local t = { a as T, b = c :: U, [d!] = -e as V }", "local t = { a     , b = c     , [d ] = -e      }")]
    [InlineData("if x as number < 5 then end", "if x           < 5 then end")]
    [InlineData("(x as Foo).y = 1", "(x       ).y = 1")]
    [InlineData("if a! == b then end", "if a  == b then end")]
    // Aliases and interfaces that are only types
    [InlineData("type A = number local n: A = 1", ";               local n    = 1")]
    [InlineData("type Pair<A, B> = {first: A, second: B}", ";                                      ")]
    [InlineData("interface Shape : Base, Other function area(self: Shape): number end", ";                                                                   ")]
    [InlineData("interface Shape<T> function set(v: T) function get(): (T, U) end", ";                                                               ")]
    // and whose values are used
    [InlineData("type Point = {x: number, y: number} return Point", "local Point=typeof(0);              return Point")]
    [InlineData("type A = {\n  x: T,\n  y: T }\nreturn A", "local A=typeof(0);\n       \n        \nreturn A")]
    [InlineData("interface S function a() end return S", "local S=typeof(0);           return S")]
    public void TryErase_Types_AreBlank(string source, string expected) => Assert.Equal(expected, LuaText.Erase(source));

    [Theory]
    // Every form of the grammar (reference: lua-environment §5.3)
    [InlineData("nil")]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("\"text\"")]
    [InlineData("'a' | 'b'")]
    [InlineData("5")]
    [InlineData("-5")]
    [InlineData("0x1F | 1.5e3")]
    [InlineData("any")]
    [InlineData("function")]
    [InlineData("time.Duration")]
    [InlineData("Map<string, number>")]
    [InlineData("lib.Map<string, lib.Map<a, b>>")]
    [InlineData("A<B<C<D>>>")]
    [InlineData("{}")]
    [InlineData("{number}")]
    [InlineData("{{string?}}")]
    [InlineData("{[string]: number}")]
    [InlineData("{[string]: {[integer]: T}}")]
    [InlineData("{a: number}")]
    [InlineData("{a: number, b?: string,}")]
    [InlineData("{type: string, interface: T, readonly: T, as: T, asserts: T, is: T, keyof: T, extends: T}")]
    [InlineData("() -> nil")]
    [InlineData("(A, B) -> C")]
    [InlineData("(a: A, b?: B, ...C) -> (D, E)")]
    [InlineData("(...any) -> ()")]
    [InlineData("((A) -> B) -> (C) -> D")]
    [InlineData("((A) -> B)?")]
    [InlineData("fun()")]
    [InlineData("fun(a: A, B, ...: C): D")]
    [InlineData("fun(...): (A, B)")]
    [InlineData("(A | B)[]")]
    [InlineData("A[][]")]
    [InlineData("A?[]?")]
    [InlineData("A[\"key\"]")]
    [InlineData("A[keyof(A)]")]
    [InlineData("A & B & {c: C}")]
    [InlineData("| A | B")]
    [InlineData("\n  | A\n  | B")]
    [InlineData("interface {a: A, m: fun(self: T): U}")]
    [InlineData("readonly {number}")]
    [InlineData("readonly readonly T[]")]
    [InlineData("typeof(x.y[1] + f(function(a: number): string return a as string end))")]
    [InlineData("keyof({a: A})")]
    [InlineData("A extends B ? C : D")]
    [InlineData("A extends B? ? C : D extends E ? F : G")]
    [InlineData("A extends (B | C)[] ? {x: D} : nil")]
    [InlineData("number @min(1) @max(-1.5)")]
    [InlineData("string @min_len(1) @max_len(20) @pattern(\"^a+$\")?")]
    [InlineData("(string @secret @tags(\"a\", true, 5))[]")]
    [InlineData("-- a comment\n A --[[ another\n ]] | --[==[ ]] ]==] B")]
    public void TryErase_EachFormOfType_StandsWhereTypesDo(string type)
    {
        foreach (var (before, after) in ((string, string)[])[
            ("local x: ", " = 1"), ("local function f(a: ", ") end"), ("local function f(): ", " end"), ("local x = (y as ", ")"), ("local x = y :: ", " return x"),
            ("type T = ", " return 1"), ("interface I function f(a: ", ") end"), ("interface I function f(): ", " end")])
        {
            var source = $"{before}{type}{after}";
            var erased = LuaText.Erase(source);
            Assert.Null(LuaText.Problem(Encoding.UTF8.GetBytes(erased)));
            Assert.Equal(source.Split('\n').Select(line => line.Length), erased.Split('\n').Select(line => line.Length));
        }
    }

    [Theory]
    [InlineData("type(x)")]
    [InlineData("local t = type(x) == 'table'")]
    [InlineData("type = 5 type.x = 6")]
    [InlineData("local type, is_it = type, 1")]
    [InlineData("x.type = x.interface; x.readonly, x.as = x.asserts, x:is(x.keyof, x.extends)")]
    [InlineData("return { type = 1, interface = 2, readonly = 3, as = 4, asserts = 5, is = 6, keyof = 7, extends = 8 }")]
    [InlineData("function T.is(x) end function T:as() end")]
    [InlineData("for i = 1, 10 do if i == 5 then goto continue end print(i) ::continue:: end")]
    [InlineData("for i = 1, 10 do local x = i\n::continue::\nend")]
    [InlineData("do goto l; local x = 1 ::l:: end")]
    [InlineData("::a:: ::b:: goto a")]
    [InlineData("local x = f()\n::top::\nf()")]
    [InlineData("local a <const>, b <close> = 1, nil")]
    [InlineData("return a // b, a & b | c ~ ~d << 1 >> 2, a <= b, not a, #a, -a ^ b .. c")]
    [InlineData("f'x' f\"y\" f[[z]] f{1} f{} x.y:z'w' (g)()")]
    [InlineData("local s = [==[ ]] type X = {  ]==] --[==[ local x: number ]==]")]
    [InlineData("return 0xFF, 0x.8p1, 3., .5, 1e10, 1E+5, 0xA.8P-2")]
    [InlineData("return '\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\'\\0\\065\\255\\\n'")]
    [InlineData("return '\\x41\\xfF\\u{41}\\u{7FFFFFFF}\\z \r\n\t\v\fend\\z'")]
    [InlineData("#!/usr/bin/env wippy type X = 1\nreturn 1")]
    [InlineData("return function(...) return ... end")]
    [InlineData("a.b[c].d, e = 1, 2; f(g)[1] = 3")]
    [InlineData("repeat local x = 1 until x while true do break end if a then elseif b then else end ;;;")]
    [InlineData("local function f() return end return f")]
    [InlineData("f[[\n]](x)")]
    [InlineData("")]
    [InlineData("-- only a comment")]
    [InlineData("return 'caf\u00e9 \u2603'")]
    public void TryErase_PlainLua_IsTheSameArray(string source)
    {
        var bytes = Encoding.UTF8.GetBytes(source);
        Assert.True(TypeErasure.TryErase(bytes, "app:main", out var erased, out var error), error?.ToString());
        Assert.Same(bytes, erased.Text);
        Assert.Same(TypeTable.Empty, erased.Types);
    }

    [Fact]
    public void TryErase_LineBreaksOfEverySystem_Stay() => Assert.Equal("local x \r\n \r \n\r = 1", LuaText.Erase("local x:\r\n{\ra\n\r}= 1"));

    [Fact]
    public void TryErase_TabsInTypes_BecomeOneBlankEach() => Assert.Equal("local x     \t= 1", LuaText.Erase("local x:\t{T}\t= 1"));

    [Theory]
    [InlineData("local x = y\ntype A = B\n(f)()", "local x = y\n;         \n(f)()")]
    [InlineData("local x = y\ntype A = B\n(A)()", "local x = y\nlocal A=typeof(0);\n(A)()")]
    public void TryErase_ParenthesisBehindDeclaration_DoesNotBecomeACall(string source, string expected) => Assert.Equal(expected, LuaText.Erase(source));

    [Theory]
    [InlineData("type A = B local p: A = f()", ";          local p    = f()")]
    [InlineData("type A = B return x as A", ";          return x     ")]
    [InlineData("type A = B type C = {a: A}", ";          ;              ")]
    public void TryErase_NameUsedOnlyInTypes_MakesNoValue(string source, string expected) => Assert.Equal(expected, LuaText.Erase(source));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void TryErase_AliasShorterThanItsReplacement_KeepsTheFollowingLines(int lines)
    {
        var breaks = new string('\n', lines);
        var erased = LuaText.Erase($"type A={breaks}x\nreturn A");
        Assert.Equal(2 + lines, erased.Split('\n').Length);
        Assert.Null(LuaText.Problem(Encoding.UTF8.GetBytes(erased)));
    }
}
