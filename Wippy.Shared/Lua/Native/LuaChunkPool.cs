using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Chunks of memory for <see cref="LuaArena"/>: all of one size, taken from the system in regions and used again by
/// whichever process comes next. Each thread keeps some; what it has too much of goes to a shared stack in batches.
/// Beyond <see cref="HotChunks"/> free chunks, their pages are given back to the system and only the addresses kept, so a burst of
/// processes does not cost memory for ever. Any thread. Linux only: elsewhere states use the plain allocator.
/// </summary>
internal static unsafe partial class LuaChunkPool
{
    /// <summary>Two pages: what a small waiting process needs.</summary>
    public const int ChunkBytes = 8192;

    private const int BatchSize = 64;
    private const int RegionChunks = 256;

    // Free chunks whose memory stays ours, all threads' own ones aside: 32 MiB.
    private const int HotChunks = 4096;

    private const int ProtReadWrite = 3;
    private const int MapPrivateAnonymous = 0x22;
    private const int AdviseDontNeed = 4;

    private static readonly Lock SharedLock = new();
    private static readonly Stack<nint> HotBatches = new();   // first chunk of a batch, linked through the chunks
    private static readonly Stack<nint> Cold = new();         // single chunks without memory

    [ThreadStatic]
    private static nint t_free;

    [ThreadStatic]
    private static int t_freeCount;

    /// <summary>Whether this system has what the pool needs.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux();

    /// <summary>Takes a chunk; what is in it is undefined.</summary>
    /// <returns>0 when the system has no memory left.</returns>
    public static nint Take()
    {
        var chunk = t_free;
        if (chunk == 0)
        {
            Refill();
            chunk = t_free;
            if (chunk == 0) return 0;
        }
        t_free = *(nint*)chunk;
        t_freeCount--;
        return chunk;
    }

    /// <summary>Gives a chunk back.</summary>
    public static void Return(nint chunk)
    {
        *(nint*)chunk = t_free;
        t_free = chunk;
        if (++t_freeCount >= 2 * BatchSize) ShareBatch();
    }

    private static void ShareBatch()
    {
        var batch = t_free;
        var last = batch;
        for (var i = 1; i < BatchSize; i++) last = *(nint*)last;
        t_free = *(nint*)last;
        t_freeCount -= BatchSize;
        *(nint*)last = 0;
        lock (SharedLock)
        {
            if (HotBatches.Count < HotChunks / BatchSize)
            {
                HotBatches.Push(batch);
                return;
            }
        }
        Cool(batch);
    }

    private static void Cool(nint batch)
    {
        var chunks = stackalloc nint[BatchSize];
        for (var i = 0; i < BatchSize; i++)
        {
            chunks[i] = batch;
            batch = *(nint*)batch;
        }
        for (var i = 0; i < BatchSize; i++) madvise(chunks[i], ChunkBytes, AdviseDontNeed);
        lock (SharedLock)
        {
            for (var i = 0; i < BatchSize; i++) Cold.Push(chunks[i]);
        }
    }

    private static void Refill()
    {
        lock (SharedLock)
        {
            if (HotBatches.TryPop(out var batch))
            {
                t_free = batch;
                t_freeCount = BatchSize;
                return;
            }
            if (Cold.Count == 0 && !TryMapRegion()) return;
            for (var i = 0; i < BatchSize && Cold.TryPop(out var chunk); i++)
            {
                *(nint*)chunk = t_free;
                t_free = chunk;
                t_freeCount++;
            }
        }
    }

    // Fresh memory has no pages yet, like a cold chunk.
    private static bool TryMapRegion()
    {
        var region = mmap(0, RegionChunks * ChunkBytes, ProtReadWrite, MapPrivateAnonymous, -1, 0);
        if (region == -1) return false;
        for (var i = RegionChunks - 1; i >= 0; i--) Cold.Push(region + i * ChunkBytes);
        return true;
    }

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int madvise(nint address, nint length, int advice);
}
