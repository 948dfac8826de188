namespace Wippy.Shared.Lua.Native;

/// <summary>
/// The keys of tables that look alike: further ones are made by copying the nodes of the first, with all keys in their places, and setting the values,
/// instead of looking for each key among the strings of the state and for its place in the table (as the hidden classes of Self do:
/// Chambers, Ungar, Lee 1989). One state only.
/// </summary>
internal sealed class LuaShape
{
    private readonly LuaTable _model;
    private readonly byte[][] _keys;
    private readonly int[] _nodes;

    /// <summary>Makes one, and pushes its model, a table that has to be kept as long.</summary>
    /// <param name="stack">Of the state.</param>
    /// <param name="keys">As MessagePack, each in its shortest form: strings of at most 31 bytes.</param>
    public LuaShape(LuaStack stack, byte[][] keys)
    {
        _keys = keys;
        stack.NewTable(0, keys.Length);
        foreach (var key in keys)
        {
            stack.Push(Text(key));
            stack.Push(true);
            stack.RawSet(-3);
        }
        _model = stack.ValueAt(-1).Table;
        _nodes = Array.ConvertAll(keys, key => _model.NodeOf(Text(key)));
    }

    /// <summary>Keys.</summary>
    public int Count => _keys.Length;

    /// <summary>A key as MessagePack.</summary>
    public ReadOnlySpan<byte> Key(int n) => _keys[n];

    /// <summary>Replaces values at the top by a table in which they have the first keys. Needs as many places and four more on the stack.</summary>
    public void Make(LuaStack stack, int values)
    {
        if (values == Count && _model.TryCopyFields(stack, out var made))
        {
            for (var n = 0; n < values; n++) made.SetNode(_nodes[n], stack.ValueAt(n - values));
            stack.Pop(values);
            stack.Push(LuaValue.Of(made));
            return;
        }
        stack.NewTable(0, Count);
        for (var n = 0; n < values; n++)
        {
            stack.Push(_model.KeyOf(_nodes[n]));
            stack.PushValue(n - values - 2);
            stack.RawSet(-3);
        }
        if (values == 0) return;
        stack.Copy(-1, -values - 1);
        stack.Pop(values);
    }

    private static ReadOnlySpan<byte> Text(byte[] key) => key.AsSpan(1);
}
