using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Wippy.Shared.Registry;

/// <summary>
/// SHA-256 over declared entries: two nodes with the same hash have the same app. Entries go in by id, maps by key
/// (both ordinal), so neither the order nor the place of declarations matters.
/// <code>
/// entry  = text(id) text(kind) value(meta) value(data)
/// value  = 'n' | 't' | 'f' | 'i' int64 | 'd' float64 | 's' text | 'l' count value* | 'm' count (text value)*
/// text   = count UTF-8 bytes
/// </code>
/// Counts are 32 bits; all numbers little-endian.
/// </summary>
internal sealed class EntryHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <param name="entriesInIdOrder">Each id once.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(IEnumerable<Entry> entriesInIdOrder)
    {
        using var hash = new EntryHash();
        foreach (var entry in entriesInIdOrder)
        {
            hash.Text(entry.Id.ToString());
            hash.Text(entry.Kind);
            hash.Value(entry.Meta);
            hash.Value(entry.Data);
        }
        return Convert.ToHexStringLower(hash._hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private void Value(object? value)
    {
        switch (value)
        {
            case null:
                Tag('n');
                break;
            case bool b:
                Tag(b ? 't' : 'f');
                break;
            case long n:
                Tag('i');
                Int64(n);
                break;
            case double d:
                Tag('d');
                Int64(BitConverter.DoubleToInt64Bits(d));
                break;
            case string s:
                Tag('s');
                Text(s);
                break;
            case IReadOnlyList<object?> list:
                Tag('l');
                Count(list.Count);
                foreach (var item in list) Value(item);
                break;
            case IReadOnlyDictionary<string, object?> map:
                Tag('m');
                Count(map.Count);
                foreach (var (key, item) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    Text(key);
                    Value(item);
                }
                break;
            default:
                throw new ArgumentException($"an entry cannot hold a {value.GetType()}", nameof(value));
        }
    }

    private void Tag(char tag) => _hash.AppendData([(byte)tag]);

    private void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Count(bytes.Length);
        _hash.AppendData(bytes);
    }

    private void Count(int count)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, count);
        _hash.AppendData(bytes);
    }

    private void Int64(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        _hash.AppendData(bytes);
    }
}
