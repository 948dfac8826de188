using System.Numerics;
using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Chunks of memory for <see cref="LuaArena"/>, in classes of size, used again by whichever process comes next. Each
/// thread keeps some; what it has too much of goes to shared stacks in batches. Beyond <see cref="HotBytes"/> of free
/// chunks, their pages are given back to the system and only the addresses kept, so a burst of processes does not cost
/// memory for ever. Any thread. Linux only: elsewhere states use the plain allocator.
/// </summary>
/// <remarks>
/// Chunks are not multiples of a page, because the memory of a small process is: a region, aligned to its size, is cut
/// into chunks of one class, and knows which of its units are free without memory (<see cref="Region"/>). A page is given
/// back once all units on it are.
/// </remarks>
internal static unsafe partial class LuaChunkPool
{
    /// <summary>The largest chunk.</summary>
    public const int MaxBytes = 256 * Unit;

    private const int Unit = 256;
    private const int PageUnits = 16;
    private const int RegionUnits = 1024;
    private const int RegionBytes = RegionUnits * Unit;
    private const int RegionsPerMapping = 16;
    private const int BatchBytes = RegionBytes;
    private const int MaxBatch = 64;

    // One for each number of units up to 16 KB: most processes are that small, and there are many of them.
    private const int SmallClasses = 64;

    // Free chunks whose memory stays ours, all threads' own ones aside.
    private const long HotBytes = 32L << 20;

    private const int ProtReadWrite = 3;
    private const int MapPrivateAnonymous = 0x22;
    private const int AdviseDontNeed = 4;

    private static readonly Lock SharedLock = new();

    // Guarded by SharedLock, as are the stacks of the classes.
    private static readonly Dictionary<nint, Region> Regions = [];
    private static readonly SizeClass[] Classes = [.. Enumerable.Range(0, SmallClasses + LargeClassUnits.Length).Select(number => new SizeClass(SizeOf(number)))];
    private static long s_hotBytes;
    private static nint s_unusedRegions;
    private static int s_unusedRegionCount;

    [ThreadStatic]
    private static FreeList[]? t_free;

    /// <summary>Whether this system has what the pool needs.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && Environment.SystemPageSize == PageUnits * Unit;

    private static ReadOnlySpan<ushort> LargeClassUnits => [80, 96, 112, 128, 160, 192, 224, 256];

    /// <summary>The class of the smallest chunks that hold so many bytes, at most <see cref="MaxBytes"/>.</summary>
    public static int ClassFor(int bytes)
    {
        var units = (bytes + Unit - 1) / Unit;
        if (units <= SmallClasses) return units - 1;
        var large = 0;
        while (LargeClassUnits[large] < units) large++;
        return SmallClasses + large;
    }

    /// <summary>Bytes of a chunk.</summary>
    public static int SizeOf(int sizeClass) => (sizeClass < SmallClasses ? sizeClass + 1 : LargeClassUnits[sizeClass - SmallClasses]) * Unit;

    /// <summary>Takes a chunk; what is in it is undefined.</summary>
    /// <returns>0 when the system has no memory left.</returns>
    public static nint Take(int sizeClass)
    {
        ref var free = ref (t_free ??= new FreeList[Classes.Length])[sizeClass];
        if (free.First == 0 && !TryRefill(sizeClass, ref free)) return 0;
        var chunk = free.First;
        free.First = *(nint*)chunk;
        free.Count--;
        return chunk;
    }

    /// <summary>Gives a chunk back.</summary>
    public static void Return(nint chunk, int sizeClass)
    {
        ref var free = ref (t_free ??= new FreeList[Classes.Length])[sizeClass];
        *(nint*)chunk = free.First;
        free.First = chunk;
        if (++free.Count >= 2 * Classes[sizeClass].BatchSize) ShareBatch(Classes[sizeClass], ref free);
    }

    /// <summary>Gives the memory of a chunk back to the system, as far as its neighbours allow. Its address stays taken; what was in it is lost.</summary>
    public static void Rest(nint chunk, int sizeClass)
    {
        lock (SharedLock) Regions[RegionOf(chunk)].Free(chunk, Classes[sizeClass].Bytes);
    }

    /// <summary>Ends a rest: the chunk has memory again; what is in it is undefined.</summary>
    public static void EndRest(nint chunk, int sizeClass)
    {
        lock (SharedLock) Regions[RegionOf(chunk)].Use(chunk, Classes[sizeClass].Bytes);
    }

    /// <summary>Gives a chunk back that rests.</summary>
    public static void ReturnResting(nint chunk, int sizeClass)
    {
        lock (SharedLock) Classes[sizeClass].Cold.Push(chunk);
    }

    private static void ShareBatch(SizeClass sizeClass, ref FreeList free)
    {
        var batch = free.First;
        var last = batch;
        for (var i = 1; i < sizeClass.BatchSize; i++) last = *(nint*)last;
        free.First = *(nint*)last;
        free.Count -= sizeClass.BatchSize;
        *(nint*)last = 0;
        lock (SharedLock)
        {
            if (s_hotBytes < HotBytes)
            {
                s_hotBytes += sizeClass.BatchSize * sizeClass.Bytes;
                sizeClass.HotBatches.Push(batch);
                return;
            }
            // Under the lock, so that nobody takes a chunk whose page is just being given back.
            while (batch != 0)
            {
                var chunk = batch;
                batch = *(nint*)batch;
                Regions[RegionOf(chunk)].Free(chunk, sizeClass.Bytes);
                sizeClass.Cold.Push(chunk);
            }
        }
    }

    private static bool TryRefill(int number, ref FreeList free)
    {
        var sizeClass = Classes[number];
        lock (SharedLock)
        {
            if (sizeClass.HotBatches.TryPop(out free.First))
            {
                s_hotBytes -= sizeClass.BatchSize * sizeClass.Bytes;
                free.Count = sizeClass.BatchSize;
                return true;
            }
            if (sizeClass.Cold.Count == 0 && !TryAddRegion(sizeClass)) return false;
            while (free.Count < sizeClass.BatchSize && sizeClass.Cold.TryPop(out var chunk))
            {
                Regions[RegionOf(chunk)].Use(chunk, sizeClass.Bytes);
                *(nint*)chunk = free.First;
                free.First = chunk;
                free.Count++;
            }
            return true;
        }
    }

    // Fresh memory has no pages yet, like a cold chunk.
    private static bool TryAddRegion(SizeClass sizeClass)
    {
        if (s_unusedRegionCount == 0)
        {
            var mapping = mmap(0, (RegionsPerMapping + 1) * RegionBytes, ProtReadWrite, MapPrivateAnonymous, -1, 0);
            if (mapping == -1) return false;
            s_unusedRegions = (mapping + RegionBytes - 1) & -RegionBytes;
            s_unusedRegionCount = RegionsPerMapping;
        }
        var region = s_unusedRegions;
        s_unusedRegions += RegionBytes;
        s_unusedRegionCount--;
        Regions.Add(region, new Region(region));
        for (var offset = RegionBytes / sizeClass.Bytes * sizeClass.Bytes; (offset -= sizeClass.Bytes) >= 0;) sizeClass.Cold.Push(region + offset);
        return true;
    }

    private static nint RegionOf(nint chunk) => chunk & -RegionBytes;

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int madvise(nint address, nint length, int advice);

    private struct FreeList
    {
        public nint First;   // linked through their first words
        public int Count;
    }

    private sealed class SizeClass(int bytes)
    {
        public int Bytes => bytes;

        public int BatchSize { get; } = Math.Min(BatchBytes / bytes, MaxBatch);

        public Stack<nint> HotBatches { get; } = new();   // first chunk of a batch

        public Stack<nint> Cold { get; } = new();         // single chunks without memory
    }

    // Which units are free and without memory, as far as the pages they share allow: one bit each.
    private sealed class Region(nint address)
    {
        private readonly ulong[] _used = new ulong[RegionUnits / 64];

        public void Use(nint chunk, int bytes) => Mark(chunk, bytes, isUsed: true);

        public void Free(nint chunk, int bytes)
        {
            Mark(chunk, bytes, isUsed: false);
            var first = UnitOf(chunk) / PageUnits;
            var last = (UnitOf(chunk + bytes) - 1) / PageUnits;
            while (first <= last && !IsPageFree(first)) first++;
            while (last >= first && !IsPageFree(last)) last--;
            // In between lies nothing but the chunk.
            if (first <= last) madvise(address + first * PageUnits * Unit, (last - first + 1) * PageUnits * Unit, AdviseDontNeed);
        }

        private void Mark(nint chunk, int bytes, bool isUsed)
        {
            for (var unit = UnitOf(chunk); unit < UnitOf(chunk + bytes); unit++)
            {
                if (isUsed) _used[unit / 64] |= 1UL << unit;
                else _used[unit / 64] &= ~(1UL << unit);
            }
        }

        private bool IsPageFree(int page)
        {
            var bits = _used[page * PageUnits / 64] >> (page * PageUnits % 64);
            return BitOperations.TrailingZeroCount(bits) >= PageUnits;
        }

        private int UnitOf(nint position) => (int)(position - address) / Unit;
    }
}
