using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Memory for <see cref="LuaArena"/> in chunks of one size. What is given back is kept for the next state: each thread
/// has some, and gives whole batches to the others through a shared stack. Any thread.
/// </summary>
internal static unsafe class LuaChunkPool
{
    /// <summary>Bytes per chunk. Small, because on average half of one is unused in each state.</summary>
    public const int ChunkSize = 2048;

    private const int BatchSize = 64;

    // Batches, linked like the chunks in them by their first word.
    private static readonly ConcurrentStack<nint> Shared = new();

    [ThreadStatic]
    private static nint t_free;

    [ThreadStatic]
    private static int t_count;

    /// <summary>A chunk with whatever it held before.</summary>
    /// <exception cref="OutOfMemoryException">The system has no memory left.</exception>
    public static nint Take()
    {
        if (t_free == 0)
        {
            if (!Shared.TryPop(out t_free)) t_free = NewBatch();
            t_count = BatchSize;
        }
        var chunk = t_free;
        t_free = *(nint*)chunk;
        t_count--;
        return chunk;
    }

    /// <summary>Takes a chunk back.</summary>
    public static void Give(nint chunk)
    {
        *(nint*)chunk = t_free;
        t_free = chunk;
        if (++t_count == 2 * BatchSize) ShareBatch();
    }

    private static nint NewBatch()
    {
        var memory = (nint)NativeMemory.Alloc(BatchSize * ChunkSize);
        for (var i = 0; i < BatchSize; i++) *(nint*)(memory + i * ChunkSize) = i == BatchSize - 1 ? 0 : memory + (i + 1) * ChunkSize;
        return memory;
    }

    private static void ShareBatch()
    {
        var batch = t_free;
        var last = batch;
        for (var i = 1; i < BatchSize; i++) last = *(nint*)last;
        t_free = *(nint*)last;
        t_count -= BatchSize;
        *(nint*)last = 0;
        Shared.Push(batch);
    }
}
