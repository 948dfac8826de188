using Wippy.Shared.Lua;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Tests.Lua;

/// <summary>Bytes to the Lua stack and back; values that programs send are in tests/lua/messages.</summary>
public sealed class LuaCodecTests : IDisposable
{
    private readonly LuaState _state = LuaState.Create();

    private LuaStack Stack => _state.Main;

    [Theory]
    [InlineData("90")]
    [InlineData("91 c0")]
    [InlineData("93 c2 c3 c0")]
    [InlineData("91 7f")]
    [InlineData("91 d3 80 00 00 00 00 00 00 00")]
    [InlineData("91 cb 3f f8 00 00 00 00 00 00")]
    [InlineData("91 a3 61 00 ff")]
    [InlineData("91 93 01 02 03")]
    [InlineData("91 81 a1 61 90")]
    [InlineData("91 81 03 01")]                           // sparse: a map
    [InlineData("91 c7 07 01 95 a0 a1 6d c0 c0 c0")]      // an error
    [InlineData("91 c7 07 02 91 d6 03 00 00 00 00")]      // a table that holds itself
    public void DecodeArguments_ThenEncode_GivesTheSameBytes(string hex)
    {
        var bytes = Bytes(hex);
        var count = LuaCodec.DecodeArguments(Stack, bytes);
        Assert.Equal(count, Stack.Top);
        using var buffer = new ByteBuffer();
        Assert.Null(LuaCodec.Encode(Stack, 1, count, buffer));
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(buffer.WrittenSpan));
        Assert.Equal(count, Stack.Top);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c0")]                                     // no array
    [InlineData("91")]                                     // cut off
    [InlineData("91 a5 61")]
    [InlineData("dd ff ff ff ff 01")]                      // a count that cannot be
    [InlineData("91 df 7f ff ff ff")]
    [InlineData("91 81 c0 01")]                            // nil as key
    [InlineData("91 81 cb 7f f8 00 00 00 00 00 00 01")]    // NaN as key
    [InlineData("91 d4 05 00")]                            // an extension nobody knows
    [InlineData("91 c1")]
    [InlineData("91 c7 04 03 00 00 00 00")]                // a reference outside a graph
    [InlineData("91 c7 07 02 91 d6 03 00 00 00 05")]       // a reference to a table that is not there
    [InlineData("91 c7 07 02 91 d6 03 ff ff ff ff")]
    [InlineData("91 c7 05 02 91 d5 03 00 00")]             // a reference of another size
    [InlineData("91 c7 03 01 92 a0 a0")]                   // an error of two values
    [InlineData("91 c7 01 01 c0")]
    [InlineData("91 c7 00 02")]
    public void DecodeArguments_MalformedBytes_Refused(string hex) =>
        Assert.Throws<MessagePackException>(() => LuaCodec.DecodeArguments(Stack, Bytes(hex)));

    [Theory]
    [InlineData("arrays")]
    [InlineData("maps")]
    [InlineData("errors")]
    [InlineData("graphs in errors")]
    public void DecodeArguments_NestedWithoutEnd_Refused(string what)
    {
        // As deep as one megabyte allows: a decoder that recurses along would run out of stack.
        var bytes = what switch
        {
            "arrays" => Enumerable.Repeat((byte)0x91, 1_000_000).ToArray(),
            "maps" => [0x91, .. Enumerable.Repeat<byte[]>([0x81, 0xa1, 0x61], 300_000).SelectMany(b => b)],
            "errors" => Nested(1, graph: false),
            _ => Nested(1, graph: true),
        };
        Assert.Throws<MessagePackException>(() => LuaCodec.DecodeArguments(Stack, bytes));
    }

    // Maps that look like earlier ones are made in another way: by what was learned from those.
    [Fact]
    public void DecodeArguments_OfMapsThatLookAlike_GivesWhatItGivesOfMapsAlone()
    {
        Assert.Equal(LuaStatus.Ok, _state.LoadSource("""
            local type, next = ...
            local function same(a, b)
              if type(a) ~= "table" or type(b) ~= "table" then return a == b end
              for k, v in next, a do if not same(v, b[k]) then return false end end
              for k in next, b do if a[k] == nil then return false end end
              return true
            end
            -- What a program does with a table that it got must not be seen in the next one.
            return function(a, b)
              local equal = same(a, b)
              for i = 1, 20 do a["more" .. i] = i end
              a.op, a.n = nil, nil
              return equal
            end
            """u8, "same"));
        Stack.PushNative(LuaNatives.Of("_G", "type"));
        Stack.PushNative(LuaNatives.Of("_G", "next"));
        LuaState.CallTrusted(Stack, 2, 1);
        var random = new Random(7);
        string[][] looks = [["op"], ["op", "n"], ["n", "op"], ["op", "n", "from", "flag"], ["op", "op"], ["", "x"], ["a", "b", "c", "d", "e", "f", "g", "h"], [new string('k', 31)], [new string('k', 32)]];
        var shapes = new LuaShapes();
        using var buffer = new ByteBuffer();
        for (var i = 0; i < 20_000; i++)
        {
            buffer.Clear();
            var writer = new MessagePackWriter(buffer);
            writer.WriteArrayHeader(1);
            WriteMap(ref writer, random, looks, depth: 0);
            writer.Flush();
            Stack.PushValue(1);
            LuaCodec.DecodeArguments(Stack, buffer.WrittenSpan, shapes);
            LuaCodec.DecodeArguments(Stack, buffer.WrittenSpan);
            LuaState.CallTrusted(Stack, 2, 1);
            Assert.True(Stack.ToBoolean(-1), $"map {i}: {Convert.ToHexString(buffer.WrittenSpan)}");
            Stack.SetTop(1);
        }
    }

    private static void WriteMap(ref MessagePackWriter writer, Random random, string[][] looks, int depth)
    {
        // Now the one, now the other, so that some are learned and replaced.
        var look = looks[random.Next(random.Next(looks.Length) + 1)];
        var odd = random.Next(8) == 0 ? random.Next(look.Length) : -1;
        writer.WriteMapHeader(look.Length);
        for (var i = 0; i < look.Length; i++)
        {
            if (i == odd) writer.Write(random.Next(3));
            else writer.Write(look[i]);
            switch (random.Next(depth < 3 ? 7 : 6))
            {
                case 0: writer.WriteNil(); break;
                case 1: writer.Write(random.Next(2) == 0); break;
                case 2: writer.Write((long)random.Next()); break;
                case 3: writer.Write(random.NextDouble()); break;
                case 4: writer.Write(look[i]); break;
                case 5: writer.Write(new string('v', random.Next(100))); break;
                default: WriteMap(ref writer, random, looks, depth + 1); break;
            }
        }
    }

    [Fact]
    public void DecodeArguments_RandomBytes_AreRefusedOrAreValues()
    {
        var random = new Random(99);
        byte[] likely = [0x90, 0x91, 0x92, 0x81, 0x82, 0xc0, 0xc3, 0xa1, 0xc7, 0xd4, 0xd6, 0x01, 0x02, 0x03, 0x05, 0xcb, 0xcf, 0xdc, 0xff, 0x00];
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(1, 40)];
            for (var n = 0; n < bytes.Length; n++) bytes[n] = likely[random.Next(likely.Length)];
            bytes[0] = (byte)(0x90 + random.Next(4));
            try
            {
                LuaCodec.DecodeArguments(Stack, bytes);
            }
            catch (MessagePackException)
            {
            }
            Stack.SetTop(0);
        }
    }

    [Fact]
    public void DecodeArguments_UnsignedBeyondLuaIntegers_IsAFloat()
    {
        LuaCodec.DecodeArguments(Stack, Bytes("91 cf ff ff ff ff ff ff ff ff"));
        Assert.False(Stack.IsInteger(1));
        Assert.Equal(ulong.MaxValue, Stack.ToNumber(1));
    }

    [Fact]
    public void Encode_Refused_LeavesTheBufferAsItWas()
    {
        using var buffer = new ByteBuffer();
        buffer.GetSpan(1)[0] = 0x55;
        buffer.Advance(1);
        LuaCodec.DecodeArguments(Stack, Bytes("91 81 a1 61 01"));
        Stack.NewThread();
        Assert.Equal("cannot send a coroutine (argument 2)", LuaCodec.Encode(Stack, 1, 2, buffer)!.Message);
        Assert.Equal([0x55], buffer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Encode_ManyTables_TakesTimeInProportion()
    {
        // Each table is looked up once; searching a list of them would take minutes here.
        Stack.NewTable();
        for (var i = 1; i <= 200_000; i++)
        {
            Stack.NewTable();
            Stack.RawSet(1, i);
        }
        using var buffer = new ByteBuffer();
        Assert.Null(LuaCodec.EncodeOne(Stack, 1, buffer));
        Assert.Equal(200_005, buffer.WrittenCount);
    }

    [Theory]
    [InlineData("local t = {} for i = 3, 1, -1 do t[i] = i end return t", "93 01 02 03")]                           // in the hash part, last first
    [InlineData("local t = { 1, 2 } t[4] = 4 t[3] = 3 return t", "94 01 02 03 04")]                                // in both parts
    [InlineData("local t = {} for i = 1, 9 do t[i] = i end for i = 9, 3, -1 do t[i] = nil end return t", "92 01 02")]   // room for more
    [InlineData("local t = { 1, 2, a = 3 } t.a = nil return t", "92 01 02")]                                       // a key that is gone
    [InlineData("return { 1, nil, 3 }", "82 01 01 03 03")]
    [InlineData("return { [1.5] = 1 }", "81 cb 3f f8 00 00 00 00 00 00 01")]
    [InlineData("return { [0] = 1 }", "81 00 01")]
    [InlineData("return {}", "90")]
    [InlineData("return ('x'):rep(41)", "d9 29 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78")]
    public void EncodeOne_TablesHoweverTheyWereMade_AreWhatTheirKeysSay(string source, string hex)
    {
        using var state = LuaState.CreateTemplate();
        Assert.Equal(LuaStatus.Ok, state.LoadSource(System.Text.Encoding.UTF8.GetBytes(source), "value"));
        LuaState.CallTrusted(state.Main, 0, 1);
        using var buffer = new ByteBuffer();
        Assert.Null(LuaCodec.EncodeOne(state.Main, 1, buffer));
        Assert.Equal(Bytes(hex), buffer.WrittenSpan.ToArray());
    }

    [Fact]
    public void ValuesOfThisLibrary_LieWhereTheyAreLookedFor() => LuaValueCheck.Require();

    public void Dispose() => _state.Dispose();

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    // ext 32 headers around headers, innermost first would be quadratic: lengths are known from the outside.
    private static byte[] Nested(sbyte code, bool graph)
    {
        const int Levels = 20_000;
        var perLevel = graph ? 17 : 11;
        var bytes = new List<byte> { 0x91 };
        for (var level = 0; level < Levels; level++)
        {
            var rest = (Levels - level) * perLevel;
            void Header(int length, sbyte type) =>
                bytes.AddRange([0xc9, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, (byte)type]);
            if (graph) Header(rest - 6, 2);
            Header(rest - (graph ? 12 : 6), code);
            bytes.AddRange([0x95, 0xa0, 0xa0, 0xc0, 0xc0]);
        }
        return [.. bytes];
    }
}
