using BenchmarkDotNet.Attributes;
using Wippy.Shared.Lua;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;

namespace Wippy.Bench.Micro;

/// <summary>Lua values to MessagePack and back.</summary>
public class CodecBenchmark
{
    private const string Number = "return 42";
    private const string Map = "return { op = 'ping', n = 42, from = 'somebody', flag = true }";
    private const string Array = "local a = {} for i = 1, 100 do a[i] = i * 1.5 end return a";

    private readonly ByteBuffer _buffer = new(4096);
    private readonly LuaShapes _shapes = new();
    private LuaState _state = null!;
    private byte[] _encoded = null!;

    [Params(nameof(Number), nameof(Map), nameof(Array))]
    public string Value { get; set; } = "";

    [GlobalSetup]
    public void Make()
    {
        _state = LuaState.Create();
        var source = Value switch { nameof(Number) => Number, nameof(Map) => Map, _ => Array };
        _state.LoadSource(System.Text.Encoding.UTF8.GetBytes(source), "value");
        LuaState.CallTrusted(_state.Main, 0, 1);
        Encode();
        _encoded = _buffer.WrittenSpan.ToArray();
    }

    [GlobalCleanup]
    public void Close() => _state.Dispose();

    [Benchmark]
    public int Encode()
    {
        _buffer.Clear();
        LuaCodec.Encode(_state.Main, 1, 1, _buffer);
        return _buffer.WrittenCount;
    }

    [Benchmark]
    public int Decode()
    {
        var count = LuaCodec.DecodeArguments(_state.Main, _encoded, _shapes);
        _state.Main.Pop(count);
        return count;
    }
}
