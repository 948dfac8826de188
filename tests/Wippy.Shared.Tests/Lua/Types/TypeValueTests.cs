using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua.Types;

public class TypeValueTests
{
    [Theory]
    // Primitives
    [InlineData("number", "5")]
    [InlineData("number", "5.5")]
    [InlineData("integer", "5")]
    [InlineData("integer", "5.0")]
    [InlineData("string", "'x'")]
    [InlineData("boolean", "false")]
    [InlineData("table", "{1}")]
    [InlineData("function", "print")]
    [InlineData("thread", "coroutine.create(print)")]
    [InlineData("userdata", "errors.new('x')")]
    [InlineData("error", "errors.new('x')")]
    [InlineData("channel", "channel.new()")]
    [InlineData("any", "{}")]
    [InlineData("any", "1")]
    [InlineData("unknown", "1")]
    [InlineData("SomethingUndeclared", "1")]
    // Literals
    [InlineData("'a' | 'b'", "'b'")]
    [InlineData("5", "5")]
    [InlineData("5", "5.0")]
    [InlineData("2.5", "2.5")]
    [InlineData("-3 | true", "true")]
    [InlineData("-3 | true", "-3")]
    [InlineData("'\\65\\n'", "'A\\n'")]
    [InlineData("'\\x41\\z  b'", "'Ab'")]
    [InlineData("'\\u{41}\\u{e9}\\u{2603}\\u{1F600}'", "'A\\195\\169\\226\\152\\131\\240\\159\\152\\128'")]
    [InlineData("'\\65\\u{200000}\\u{7FFFFFFF}'", "'A\\248\\136\\128\\128\\128\\253\\191\\191\\191\\191\\191'")]
    [InlineData("[[\nlong]]", "'long'")]
    [InlineData("0x10", "16")]
    // Arrays, both forms
    [InlineData("{number}", "{1, 2.5}")]
    [InlineData("number[]", "{}")]
    [InlineData("(number | string)[]", "{1, 'x'}")]
    [InlineData("number[][]", "{{1}, {}, {2}}")]
    [InlineData("{any}", "{x = 1}")]
    // Maps
    [InlineData("{[string]: number}", "{a = 1, b = 2}")]
    [InlineData("{[string]: number}", "{}")]
    [InlineData("{[integer]: {[string]: boolean}}", "{[10] = {x = true}}")]
    // Records, open
    [InlineData("{}", "{}")]
    [InlineData("{x: number}", "{x = 1, y = 'extra'}")]
    [InlineData("{x: number, y?: string}", "{x = 1}")]
    [InlineData("{x: number?}", "{}")]
    [InlineData("{x: any}", "{}")]
    [InlineData("{a: {b: {c: number}}}", "{a = {b = {c = 1}}}")]
    [InlineData("{area: (any) -> number}", "setmetatable({}, {__index = {area = print}})")]
    [InlineData("interface {area: fun(self: any): number}", "{area = print}")]
    // Optional, union, intersection
    [InlineData("number?", "nil")]
    [InlineData("number?", "1")]
    [InlineData("number | nil", "nil")]
    [InlineData("{kind: 'a', x: number} | {kind: 'b', y: string}", "{kind = 'b', y = 's'}")]
    [InlineData("{a: number} & {b: string}", "{a = 1, b = 's'}")]
    // Functions
    [InlineData("(number) -> string", "print")]
    [InlineData("fun()", "function() end")]
    // Annotations
    [InlineData("number @min(1) @max(3)", "1")]
    [InlineData("number @min(1) @max(3)", "3")]
    [InlineData("string @min_len(1) @max_len(3)", "'abc'")]
    [InlineData("{number} @min_len(1) @max_len(2)", "{1, 2}")]
    [InlineData("string @pattern(\"^[a-z]+$\")", "'abc'")]
    [InlineData("number? @min(1)", "nil")]
    [InlineData("string @whatever(1, true)", "'x'")]
    // What only a checker could know
    [InlineData("keyof({a: number})", "'anything'")]
    [InlineData("typeof(print)", "1")]
    [InlineData("any extends string ? number : string", "true")]
    [InlineData("time.Something", "1")]
    public void Is_ValueOfTheType_GivesTheValue(string type, string value)
    {
        var result = Run($"type T = {type}\nlocal value = {value}\nlocal got, err = T:is(value)\nreturn {{ same = rawequal(got, value), err = tostring(err) }}");
        Assert.Equal("nil", result["err"]);
        Assert.Equal(true, result["same"]);
    }

    [Theory]
    [InlineData("number", "'5'", "expected number, got string")]
    [InlineData("integer", "5.5", "expected integer, got number")]
    [InlineData("string", "5", "expected string, got number")]
    [InlineData("boolean", "nil", "expected boolean, got nil")]
    [InlineData("table", "'x'", "expected table, got string")]
    [InlineData("function", "{}", "expected function, got table")]
    [InlineData("channel", "errors.new('x')", "expected channel, got userdata")]
    [InlineData("error", "'x'", "expected error, got string")]
    [InlineData("never", "1", "expected never, got number")]
    [InlineData("nil", "1", "expected nil, got number")]
    [InlineData("'a' | 'b'", "'c'", "expected \"a\" | \"b\", got 'c'")]
    [InlineData("5", "6", "expected 5, got 6")]
    [InlineData("true", "false", "expected true, got false")]
    [InlineData("number | string", "{}", "expected number | string, got table")]
    [InlineData("number?", "'x'", "expected number, got string")]
    [InlineData("{number}", "{1, 'x'}", "element [2] expected number, got string")]
    [InlineData("{number}", "5", "expected {number}, got number")]
    [InlineData("number[][]", "{{1}, {2, false}}", "element [2][2] expected number, got boolean")]
    [InlineData("{[string]: number}", "{a = 'x'}", "element ['a'] expected number, got string")]
    [InlineData("{[string]: number}", "{[1] = 1}", "element [1] as a key: expected string, got number")]
    [InlineData("{x: number, y: string}", "{x = 1}", "field 'y' is missing, expected string")]
    [InlineData("{x: number}", "{x = 'a'}", "field 'x' expected number, got string")]
    [InlineData("{x?: number}", "{x = 'a'}", "field 'x' expected number, got string")]
    [InlineData("{a: {b: {c: number}}}", "{a = {b = {c = 'x'}}}", "field 'a.b.c' expected number, got string")]
    [InlineData("{a: {b: {c: number}}}", "{a = {}}", "field 'a.b' is missing, expected {c: number}")]
    [InlineData("{items: {{name: string}}}", "{items = {{name = 'a'}, {name = 5}}}", "field 'items[2].name' expected string, got number")]
    [InlineData("{by: {[string]: {n: number}}}", "{by = {k = {}}}", "field 'by['k'].n' is missing, expected number")]
    [InlineData("{a: number} & {b: string}", "{a = 1}", "field 'b' is missing, expected string")]
    [InlineData("(number) -> string", "5", "expected (number) -> string, got number")]
    [InlineData("number @min(1)", "0", "0 is less than min 1")]
    [InlineData("number @min(1)", "0/0", "NaN is less than min 1")]
    [InlineData("number @max(3)", "3.5", "3.5 is greater than max 3")]
    [InlineData("string @min_len(2)", "'a'", "length 1 is less than min_len 2")]
    [InlineData("string @max_len(2)", "'abc'", "length 3 is greater than max_len 2")]
    [InlineData("{number} @min_len(1)", "{}", "length 0 is less than min_len 1")]
    [InlineData("string @pattern(\"^[a-z]+$\")", "'ABC'", "'ABC' does not match pattern \"^[a-z]+$\"")]
    [InlineData("string @pattern(\"^[a-z]+$\")", "'abc\\n'", "'abc...' does not match pattern \"^[a-z]+$\"")]
    [InlineData("{age: integer @min(18), name: string @min_len(1)}", "{age = 5, name = 'x'}", "field 'age' 5 is less than min 18")]
    [InlineData("{age: integer @min(18), name: string @min_len(1)}", "{age = 20, name = ''}", "field 'name' length 0 is less than min_len 1")]
    [InlineData("{a: {x: number} | {y: number}}", "{a = {z = 1}}", "field 'a' expected {x: number} | {y: number}, got table")]
    public void Is_AnotherValue_SaysWhatAndWhere(string type, string value, string expected)
    {
        var result = Run($"type T = {type}\nlocal got, err = T:is({value})\nreturn {{ got = got == nil, err = tostring(err), kind = err and err:kind() }}");
        Assert.Equal(expected, result["err"]);
        Assert.Equal(true, result["got"]);
        Assert.Equal("Invalid", result["kind"]);
    }

    [Theory]
    [InlineData("T:kind()", "{x: number}", "record")]
    [InlineData("T:kind()", "interface {x: number}", "interface")]
    [InlineData("T:kind()", "{number}", "array")]
    [InlineData("T:kind()", "number[]", "array")]
    [InlineData("T:kind()", "{[string]: number}", "map")]
    [InlineData("T:kind()", "number | string", "union")]
    [InlineData("T:kind()", "number?", "optional")]
    [InlineData("T:kind()", "() -> ()", "function")]
    [InlineData("T:kind()", "'x'", "literal")]
    [InlineData("T:kind()", "number", "number")]
    [InlineData("T:kind()", "string @min_len(1)", "string")]
    [InlineData("T:kind()", "A & B", "intersection")]
    [InlineData("T:name()", "{x: number}", "T")]
    [InlineData("T:elem():name()", "{string}", "string")]
    [InlineData("T:elem():name()", "{string @min_len(1)}", "string")]
    [InlineData("tostring(T:elem():name())", "{{string}}", "nil")]
    [InlineData("T:key():name() .. T:val():name()", "{[string]: number}", "stringnumber")]
    [InlineData("T:inner():kind()", "{number}?", "array")]
    [InlineData("T:ret():name()", "(string) -> (number, string)", "number")]
    [InlineData("tostring(T:ret())", "() -> ()", "nil")]
    [InlineData("tostring(T:elem())", "number", "nil")]
    [InlineData("tostring(T:key()) .. tostring(T:val()) .. tostring(T:inner())", "{number}", "nilnilnil")]
    [InlineData("T.x:name()", "{x: number}", "number")]
    [InlineData("T.x:kind()", "{x?: number}", "optional")]
    [InlineData("tostring(T.z)", "{x: number}", "nil")]
    [InlineData("tostring(T.z)", "number", "nil")]
    [InlineData("each(T:fields())", "{x: number, y: string, a: boolean}", "x=number y=string a=boolean ")]
    [InlineData("each(T:fields())", "number", "")]
    [InlineData("each(T:variants())", "number | string | number", "number=nil string=nil number=nil ")]
    [InlineData("each(T:params())", "(a: number, number, ...string) -> boolean", "number=nil number=nil string=nil ")]
    [InlineData("each(T:params())", "(a?: number) -> ()", "nil=nil ")]
    [InlineData("tostring(T:elem())", "{{x: number}}", "{x: number}")]
    [InlineData("tostring(T)", "{number}", "T")]
    public void Parts_OfEachKind_AreTypes(string expression, string type, string expected)
    {
        var result = Run($$"""
            type T = {{type}}
            local function each(next)
              local text = ""
              for a, b in next do text = text .. (type(a) == "type" and tostring(a:name()) or a) .. "=" .. (b and b:name() or "nil") .. " " end
              return text
            end
            return { value = {{expression}} }
            """);
        Assert.Equal(expected, result["value"]);
    }

    [Theory]
    [InlineData("A == B", "number", "number", true)]
    [InlineData("A == B", "integer", "number", false)]
    [InlineData("A <= B and A < B", "integer", "number", true)]
    [InlineData("B <= A", "integer", "number", false)]
    [InlineData("A < B", "number", "number", false)]
    [InlineData("A <= B", "number", "number", true)]
    [InlineData("A == B", "{x: number, y: string}", "{y: string, x: number}", true)]
    [InlineData("A < B", "{x: number, y: string}", "{x: number}", true)]
    [InlineData("A < B", "{x: integer}", "{x: number}", true)]
    [InlineData("A < B", "{x: number}", "{x: number, y?: string}", false)]
    [InlineData("A <= B", "{x: number}", "{x: number, y?: string}", true)]
    [InlineData("A == B", "number?", "nil | number", true)]
    [InlineData("A < B", "'a'", "'a' | 'b'", true)]
    [InlineData("A < B", "'a' | 'b'", "string", true)]
    [InlineData("A < B", "5", "integer", true)]
    [InlineData("A < B", "number @min(5)", "number @min(1)", true)]
    [InlineData("A < B", "number @min(1)", "number", true)]
    [InlineData("A <= B", "number", "number @min(1)", false)]
    [InlineData("A < B", "string @min_len(2) @max_len(3)", "string @max_len(5)", true)]
    [InlineData("A < B", "{integer}", "{number}", true)]
    [InlineData("A < B", "{[string]: integer}", "{[string]: number}", true)]
    [InlineData("A < B", "{number}", "table", true)]
    [InlineData("A < B", "(number) -> integer", "(integer) -> number", true)]
    [InlineData("A <= B", "(integer) -> integer", "(number) -> integer", false)]
    [InlineData("A < B", "() -> nil", "function", true)]
    [InlineData("A < B", "{a: number} & {b: number}", "{a: number}", true)]
    [InlineData("A < B", "never", "number", true)]
    [InlineData("A < B", "number", "any", true)]
    [InlineData("A <= B", "any", "number", false)]
    [InlineData("A < B", "error", "userdata", true)]
    [InlineData("A == B", "{next: A?}", "{next: B?}", true)]
    [InlineData("A < B", "{next: A?, v: integer}", "{next: B?, v: number}", true)]
    [InlineData("A == 5", "number", "number", false)]
    [InlineData("A ~= B", "number", "string", true)]
    public void Compare_TwoTypes_BySubtype(string expression, string a, string b, bool expected) =>
        Assert.Equal(expected, Run($"type A = {a}\ntype B = {b}\nreturn {{ value = {expression} }}")["value"]);

    [Fact]
    public void Compare_TypeWithAnother_Raises() =>
        Assert.Equal("app:main:3: attempt to compare a type with a number value", Run("type A = any\nlocal ok, err = pcall(function()\n return A < 5 end)\nreturn { value = err }")["value"]);

    [Fact]
    public void Call_ValidValue_GivesIt() => Assert.Equal(5L, Run("type T = number\nreturn { value = T(5) }")["value"]);

    [Fact]
    public void Call_AnotherValue_RaisesTheErrorOfIs()
    {
        var result = Run("type T = {x: number}\nlocal ok, err = pcall(T, {})\nlocal _, same = T:is({})\nreturn { ok = ok, err = err:message(), kind = err:kind(), same = same:message() }");
        Assert.Equal(false, result["ok"]);
        Assert.Equal("field 'x' is missing, expected number", result["err"]);
        Assert.Equal("Invalid", result["kind"]);
        Assert.Equal(result["err"], result["same"]);
    }

    [Theory]
    [InlineData("string('x')", "x")]
    [InlineData("number(2.5)", 2.5)]
    [InlineData("integer(2)", 2L)]
    [InlineData("boolean(false)", false)]
    [InlineData("string.upper('x')", "X")]
    [InlineData("('x'):rep(3)", "xxx")]
    public void Cast_BuiltIn_GivesTheValue(string expression, object expected) => Assert.Equal(expected, Run($"return {{ value = {expression} }}")["value"]);

    [Theory]
    [InlineData("string(5)", "expected string, got number")]
    [InlineData("number('5')", "expected number, got string")]
    [InlineData("integer(2.5)", "expected integer, got number")]
    [InlineData("boolean(nil)", "expected boolean, got nil")]
    public void Cast_BuiltInOfAnotherType_Raises(string expression, string expected) =>
        Assert.Equal(expected, Run($"local ok, err = pcall(function() return {expression} end)\nreturn {{ value = tostring(err) }}")["value"]);

    [Theory]
    [InlineData("type(T)", "type")]
    [InlineData("type(5)", "number")]
    [InlineData("type(nil)", "nil")]
    [InlineData("type(errors.new('x'))", "userdata")]
    [InlineData("tostring(select(2, pcall(type)))", "bad argument #1 to '?' (value expected)")]
    [InlineData("({ [T] = 'found' })[T]", "found")]
    [InlineData("tostring(rawequal(T.x, T.x))", "true")]
    [InlineData("tostring(getmetatable(T))", "false")]
    [InlineData("tostring(pcall(setmetatable, T, {}))", "false")]
    [InlineData("tostring(select(2, pcall(T.is)))", "bad argument #1 to 'is' (type expected, got no value)")]
    [InlineData("tostring(select(2, pcall(T.kind, 5)))", "bad argument #1 to 'kind' (type expected, got number)")]
    [InlineData("tostring(select(2, pcall(T.fields, {})))", "bad argument #1 to 'fields' (type expected, got table)")]
    public void Type_AsAValue_BehavesLikeOne(string expression, string expected) =>
        Assert.Equal(expected, Run($"type T = {{x: number}}\nreturn {{ value = {expression} }}")["value"]);

    [Theory]
    [InlineData("type List = {value: number, next: List?}", "List", "{value = 1, next = {value = 2}}", "nil")]
    [InlineData("type List = {value: number, next: List?}", "List", "{value = 1, next = {value = 'x'}}", "field 'next.value' expected number, got string")]
    [InlineData("type A = {b: B?} type B = {a: A?}", "A", "{b = {a = {b = 5}}}", "field 'b.a.b' expected {a: A?}, got number")]
    [InlineData("type Pair<K, V> = {first: K, second: V} type T = Pair<string, number>", "T", "{first = 'x', second = 1}", "nil")]
    [InlineData("type Pair<K, V> = {first: K, second: V} type T = Pair<string, number>", "T", "{first = 'x', second = 'y'}", "field 'second' expected number, got string")]
    [InlineData("type Pair<K, V> = {first: K, second: V} type T = Pair<string, number>", "Pair", "{first = 'x', second = 'y'}", "nil")]
    [InlineData("type Box<T: number> = {value: T}", "Box", "{value = 'x'}", "field 'value' expected number, got string")]
    [InlineData("type Tree<T> = {value: T, children: {Tree<T>}} type T = Tree<string>", "T", "{value = 'x', children = {{value = 1, children = {}}}}", "field 'children[1].value' expected string, got number")]
    [InlineData("type Grow<T> = {value: Grow<{T}>?} type T = Grow<string>", "T", "{value = {value = {}}}", "nil")]
    [InlineData("type T = Named type Named = Other type Other = string", "T", "5", "expected string, got number")]
    [InlineData("do type Inner = number end type T = Inner", "T", "'x'", "nil")]
    [InlineData("type X = string type T = X do type X = number end", "T", "5", "expected string, got number")]
    [InlineData("interface Base function a() end interface Shape: Base function b() end", "Shape", "{b = print}", "field 'a' is missing, expected () -> ()")]
    [InlineData("interface A: B function a() end interface B: A function b() end", "A", "{a = print, b = print}", "nil")]
    [InlineData("type A = A", "A", "5", "cannot be checked: more than 200 levels inside one another")]
    [InlineData("type A = A @min(1)", "A", "5", "cannot be checked: more than 200 levels inside one another")]
    [InlineData("type A = A | number", "A", "5", "cannot be checked: more than 200 levels inside one another")]
    [InlineData("type Many = Many | Many", "Many", "5", "cannot be checked: more than 200 levels inside one another")]
    public void Is_NamesInTypes_AreResolved(string declarations, string type, string value, string expected) =>
        Assert.Equal(expected, Run($"{declarations}\nlocal got, err = {type}:is({value})\nreturn {{ value = tostring(err) }}")["value"]);

    [Fact]
    public void Is_ValueThatContainsItself_IsChecked() => Assert.Equal("nil field 'me.name' expected string, got number", Run("""
        type Node = {name: string, me: any}
        type Loop = {me: Loop, name?: string}
        local node = {}
        node.me = node
        local _, err = Loop:is(node)
        local other = { me = { name = 5 } }
        other.me.me = other
        local _, wrong = Loop:is(other)
        return { value = tostring(err) .. " " .. tostring(wrong) }
        """)["value"]);

    [Fact]
    public void Is_ValueOfEndlesslySharedTables_GivesUp() => Assert.Equal("cannot be checked: the value has more than 1000000 parts", Run("""
        type Tree = {left?: Tree, right?: Tree}
        local tree = {}
        for i = 1, 60 do tree = { left = tree, right = tree } end
        local _, err = Tree:is(tree)
        return { value = string.match(tostring(err), "cannot.*") }
        """)["value"]);

    [Fact]
    public void Is_PatternOverEndlesslySharedText_GivesUp() => Assert.Equal("cannot be checked: the value has more than 1000000 parts", Run("""
        type Texts = {string @pattern("^a+$")}
        local long, texts = string.rep("a", 1000000), {}
        for i = 1, 1000 do texts[i] = long end
        local _, err = Texts:is(texts)
        return { value = string.match(tostring(err), "cannot.*") }
        """)["value"]);

    [Fact]
    public void Is_ValueDeeperThanTheLimit_GivesUp() => Assert.Equal("cannot be checked: more than 200 levels inside one another", Run("""
        type List = {next?: List}
        local list = {}
        for i = 1, 10000 do list = { next = list } end
        local _, err = List:is(list)
        return { value = string.match(tostring(err), "cannot.*") }
        """)["value"]);

    [Fact]
    public void Is_ClassesInACircle_Ends() => Assert.Equal("field 'x' is missing, expected number", Run("""
        type T = {x: number}
        local class = {}
        class.__index = class
        local _, err = T:is(setmetatable(class, class))
        return { value = tostring(err) }
        """)["value"]);

    [Theory]
    [InlineData("geo.Point:is({x = 1, y = 2})", "nil")]
    [InlineData("geo.Point:is({x = 1})", "field 'y' is missing, expected number")]
    [InlineData("Line:is({from = {x = 1, y = 2}, to = {x = 1}})", "field 'to.y' is missing, expected number")]
    [InlineData("Line:is({from = {x = 1, y = 2}, to = {x = 1, y = 2}})", "nil")]
    [InlineData("Mine:is({x = 1})", "field 'y' is missing, expected number")]
    [InlineData("Unknown:is(5)", "nil")]
    [InlineData("nil, Mine == geo.Point and Line.from == geo.Point and rawequal(Line.from, geo.Point)", "true")]
    [InlineData("nil, Mine:kind() .. Mine.x:name()", "recordnumber")]
    public void Is_TypeOfALibrary_IsTheLibrarys(string expression, string expected)
    {
        var entries = new[]
        {
            TestNode.Library("geometry", "type Point = {x: number, y: number}\nreturn { Point = Point }"),
            TestNode.Lua(
                "main",
                $$"""
                local shapes = require("geo")
                type Line = {from: geo.Point, to: shapes.Point}
                type Mine = shapes.Point
                type Unknown = geo.Missing | nil
                return { main = function()
                  local _, err = {{expression}}
                  return tostring(err)
                end }
                """,
                new Dictionary<string, object?> { ["geo"] = "app:geometry" }),
        };
        using var node = new TestNode(entries);
        Assert.Equal(expected, node.Run("main"));
    }

    [Theory]
    [InlineData("time.Duration", "time.now():sub(time.now())", "nil")]
    [InlineData("time.Duration", "time.now()", "expected time.Duration, got userdata")]
    [InlineData("time.Time", "time.now()", "nil")]
    [InlineData("time.Time", "5", "expected time.Time, got number")]
    public void Is_ObjectOfAModule_IsKnownByItsName(string type, string value, string expected) =>
        Assert.Equal(expected, Run($"type T = {type}\nlocal _, err = T:is({value})\nreturn {{ value = tostring(err) }}")["value"]);

    [Fact]
    public void Is_GeneratedValueOfAGeneratedType_IsValidInEverySupertype()
    {
        const int PerProgram = 12;
        var programs = Environment.GetEnvironmentVariable("WIPPY_LONG") == "1" ? 1_000 : 40;
        for (var seed = 0; seed < programs; seed++)
        {
            var generator = new TypedValueGenerator(seed);
            var pairs = Enumerable.Range(0, PerProgram).Select(_ => generator.Next()).ToArray();
            var result = Run($$"""
                {{string.Join('\n', pairs.Select((pair, i) => $"type T{i} = {pair.Type}"))}}
                local types, values = { {{string.Join(", ", pairs.Select((_, i) => $"T{i}"))}} }, { {{string.Join(", ", pairs.Select(pair => pair.Value))}} }
                local related = 0
                for i, A in ipairs(types) do
                  local _, err = A:is(values[i])
                  if err then return { wrong = tostring(A:kind()) .. i .. ": " .. tostring(err) } end
                  if not (A <= A and A == A) or A < A then return { wrong = i .. " and itself" } end
                  for j, B in ipairs(types) do
                    if A <= B then
                      related = related + 1
                      local _, err = B:is(values[i])
                      if err then return { wrong = i .. " is below " .. j .. ": " .. tostring(err) } end
                    end
                    if (A == B) ~= (A <= B and B <= A) or (A < B) ~= (A <= B and not (B <= A)) then return { wrong = i .. " and " .. j } end
                  end
                end
                return { related = related }
                """);
            Assert.False(result.TryGetValue("wrong", out var wrong), $"seed {seed}: {wrong}\n{string.Join('\n', pairs.Select((pair, i) => $"{i + 1}: {pair.Type}   {pair.Value}"))}");
            Assert.InRange((long)result["related"]!, PerProgram, PerProgram * PerProgram);
        }
    }

    [Fact]
    public void Type_InProgramWithoutTypes_IsTheNativeFunction() =>
        Assert.Equal("userdata", Run("return { value = type(integer) }")["value"]);

    [Fact]
    public void Erased_DeclarationInALoop_IsTheSameTypeEachTime() => Assert.Equal(true, Run("""
        local seen
        for i = 1, 100 do
          type T = {x: number}
          seen = seen or T
          if not rawequal(seen, T) then return { value = false } end
        end
        return { value = true }
        """)["value"]);

    private static Dictionary<string, object?> Run(string body)
    {
        using var node = TestNode.WithLua(("main", Wrap(body)));
        return Assert.IsType<Dictionary<string, object?>>(node.Run("main"));
    }

    // On the first line, so that the lines of the body keep their numbers.
    private static string Wrap(string body) => $"return {{ main = function() {body}\nend }}";
}
