using System.Buffers.Binary;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// The memory of a state that rests, as what it differs by from a fresh copy of its image: some hundred bytes for a process that only
/// waits. Its chunks keep their addresses but no pages, so nothing that points into the state changes; large blocks stay. One thread at a time.
/// </summary>
/// <remarks>
/// Compared word by word with what the image puts there, with zero elsewhere. A byte of 0 to 127 stands for so many words, and one more, that
/// are as expected; another one says how the next word is written (the constants below), and its bytes follow, lowest first.
/// </remarks>
internal sealed unsafe class LuaHibernation
{
    /// <summary>The largest state that rests, in bytes of chunks.</summary>
    public const int MaxBytes = 256 << 10;

    private const int LongestRun = 128;
    private const byte OffsetInHead = 0x80;   // two bytes, to be added to the address of the head
    private const byte ChangedByte = 0x81;    // one, exclusive or with the expected word
    private const byte Changed = 0x82;        // two, likewise
    private const byte Byte = 0x83;
    private const byte Half = 0x84;
    private const byte Word = 0x85;
    private const byte Whole = 0x86;

    [ThreadStatic]
    private static byte[]? t_expected;

    [ThreadStatic]
    private static byte[]? t_packed;

    private readonly LuaImage _image;
    private readonly (nint Address, int SizeClass, int Used)[] _chunks;
    private readonly byte[] _packed;

    /// <summary>Lets a state rest that was copied from the image.</summary>
    /// <param name="image">Of the state.</param>
    /// <param name="arena">Of the state; within <see cref="MaxBytes"/>.</param>
    public LuaHibernation(LuaImage image, LuaArena* arena)
    {
        _image = image;
        _chunks = [.. LuaArena.ChunksOf(arena)];
        var freeBlocks = LuaArena.FreeBlocksOf(arena);
        var packed = t_packed ??= new byte[(MaxBytes / sizeof(long) + 1) * (sizeof(long) + 2)];
        var length = 0;
        foreach (var chunk in _chunks)
        {
            var expected = Expected(chunk.Address, chunk.SizeClass);
            foreach (var (address, size) in freeBlocks)
            {
                var at = address - chunk.Address + sizeof(nint);
                if ((nuint)at < (nuint)expected.Length) expected.Slice((int)at, size - sizeof(nint)).CopyTo(new Span<byte>((void*)(chunk.Address + at), size - sizeof(nint)));
            }
            length = Pack(chunk, expected, packed, length);
        }
        _packed = packed.AsSpan(0, length).ToArray();
        foreach (var chunk in _chunks) LuaChunkPool.Rest(chunk.Address, chunk.SizeClass);
    }

    /// <summary>What it keeps, in bytes.</summary>
    public int Bytes => _packed.Length;

    /// <summary>Makes the state what it was.</summary>
    public void End()
    {
        var at = 0;
        foreach (var chunk in _chunks)
        {
            LuaChunkPool.EndRest(chunk.Address, chunk.SizeClass);
            at = Unpack(chunk, Expected(chunk.Address, chunk.SizeClass), at);
        }
    }

    /// <summary>Gives the chunks back: the state is no longer needed.</summary>
    public void Drop()
    {
        foreach (var chunk in _chunks) LuaChunkPool.ReturnResting(chunk.Address, chunk.SizeClass);
    }

    private nint Head => _chunks[0].Address;

    // What a chunk holds that nobody has written to since the state was made.
    private Span<byte> Expected(nint chunk, int sizeClass)
    {
        var expected = (t_expected ??= GC.AllocateUninitializedArray<byte>(LuaChunkPool.MaxBytes, pinned: true)).AsSpan(0, LuaChunkPool.SizeOf(sizeClass));
        expected.Clear();
        fixed (byte* target = expected)
        {
            if (chunk == Head) _image.CopyTo((nint)target, chunk);
        }
        return expected;
    }

    private int Pack((nint Address, int SizeClass, int Used) chunk, ReadOnlySpan<byte> expected, byte[] packed, int length)
    {
        var run = 0;
        for (var at = 0; at < chunk.Used; at += sizeof(long))
        {
            var word = *(long*)(chunk.Address + at);
            var changed = word ^ BinaryPrimitives.ReadInt64LittleEndian(expected[at..]);
            if (changed == 0 && run < LongestRun)
            {
                run++;
                continue;
            }
            if (run > 0) packed[length++] = (byte)(run - 1);
            run = 0;
            if (changed == 0) run = 1;
            else length = Write(word, changed, packed, length);
        }
        if (run > 0) packed[length++] = (byte)(run - 1);
        return length;
    }

    private int Write(long word, long changed, byte[] packed, int length)
    {
        var (code, value, size) = (word - Head, (ulong)changed, (ulong)word) switch
        {
            ( >= 0 and <= ushort.MaxValue, _, _) => (OffsetInHead, word - Head, sizeof(ushort)),
            (_, <= byte.MaxValue, _) => (ChangedByte, changed, sizeof(byte)),
            (_, <= ushort.MaxValue, _) => (Changed, changed, sizeof(ushort)),
            (_, _, <= byte.MaxValue) => (Byte, word, sizeof(byte)),
            (_, _, <= ushort.MaxValue) => (Half, word, sizeof(ushort)),
            (_, _, <= uint.MaxValue) => (Word, word, sizeof(uint)),
            _ => (Whole, word, sizeof(long)),
        };
        packed[length++] = code;
        for (var i = 0; i < size; i++) packed[length++] = (byte)(value >> (8 * i));
        return length;
    }

    private int Unpack((nint Address, int SizeClass, int Used) chunk, ReadOnlySpan<byte> expected, int at)
    {
        for (var word = 0; word < chunk.Used;)
        {
            var code = _packed[at++];
            if (code < LongestRun)
            {
                var bytes = (code + 1) * sizeof(long);
                expected.Slice(word, bytes).CopyTo(new Span<byte>((void*)(chunk.Address + word), bytes));
                word += bytes;
                continue;
            }
            *(long*)(chunk.Address + word) = Read(code, BinaryPrimitives.ReadInt64LittleEndian(expected[word..]), ref at);
            word += sizeof(long);
        }
        return at;
    }

    private long Read(byte code, long expected, ref int at)
    {
        var size = code switch
        {
            ChangedByte or Byte => sizeof(byte),
            OffsetInHead or Changed or Half => sizeof(ushort),
            Word => sizeof(uint),
            _ => sizeof(long),
        };
        var value = 0L;
        for (var i = 0; i < size; i++) value |= (long)_packed[at++] << (8 * i);
        return code switch
        {
            OffsetInHead => Head + value,
            ChangedByte or Changed => expected ^ value,
            _ => value,
        };
    }
}
