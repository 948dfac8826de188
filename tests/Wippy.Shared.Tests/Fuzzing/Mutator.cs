using System.Text;

namespace Wippy.Shared.Tests.Fuzzing;

/// <summary>
/// Makes damaged inputs of good ones: bits and bytes, pieces that are cut, doubled, swapped between inputs, or nested in each other, lengths that
/// lie, and words of the language in the wrong place. The same seed makes the same inputs.
/// </summary>
/// <param name="samples">Good inputs; results of mutations join them.</param>
/// <param name="words">What means something in the language.</param>
/// <param name="brackets">Pairs to nest with: what opens, what closes.</param>
/// <param name="seed">Any.</param>
internal sealed class Mutator(IEnumerable<byte[]> samples, IReadOnlyList<byte[]> words, IReadOnlyList<(byte[] Open, byte[] Close)> brackets, int seed)
{
    private const int MaxLength = 4096;
    private const int MaxSamples = 512;

    private static readonly byte[] Telling = [0x00, 0x01, 0x7f, 0x80, 0xff, 0xfe, 0xc0, 0xdf, (byte)'"', (byte)'\\', (byte)'\n', (byte)' '];

    private readonly Random _random = new(seed);
    private readonly List<byte[]> _samples = [.. samples];

    /// <summary>As above, of text; words and pairs are separated by spaces, a <c>~</c> stands for a space in them.</summary>
    public static Mutator OfText(IEnumerable<string> samples, string words, string brackets, int seed) => new(
        samples.Select(Encoding.UTF8.GetBytes),
        [.. words.Split(' ').Select(Bytes)],
        [.. brackets.Split(' ').Select(pair => pair.Split('|')).Select(pair => (Bytes(pair[0]), Bytes(pair[1])))],
        seed);

    /// <summary>The next input, of at most 4,096 bytes.</summary>
    public byte[] Next()
    {
        var bytes = Pick(_samples).ToList();
        for (var changes = _random.Next(1, 6); changes > 0; changes--) Change(bytes);
        if (bytes.Count > MaxLength) bytes.RemoveRange(MaxLength, bytes.Count - MaxLength);
        byte[] result = [.. bytes];
        // Now and then what came out is the start for more.
        if (_random.Next(8) == 0)
        {
            if (_samples.Count < MaxSamples) _samples.Add(result);
            else _samples[_random.Next(MaxSamples)] = result;
        }
        return result;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.Replace('~', ' '));

    private void Change(List<byte> bytes)
    {
        var at = _random.Next(bytes.Count + 1);
        var length = Math.Min(_random.Next(1, 32), bytes.Count - at);
        switch (_random.Next(10))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = _random.Next(2) == 0 ? Pick(Telling) : (byte)_random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                var other = Pick(_samples);
                var from = _random.Next(other.Length + 1);
                bytes.InsertRange(at, other[from..(from + _random.Next(other.Length - from + 1))]);
                break;
            case 6:
                Nest(bytes, at, length);
                break;
            case 7 when at + 4 <= bytes.Count:
                for (var i = at; i < at + _random.Next(1, 5); i++) bytes[i] = 0xff;   // a length far too large
                break;
            default:
                bytes.InsertRange(at, Pick(words));
                break;
        }
    }

    // Puts a piece into brackets, again and again.
    private void Nest(List<byte> bytes, int at, int length)
    {
        var (open, close) = Pick(brackets);
        var depth = 1 << _random.Next(10);
        for (var i = 0; i < depth && bytes.Count < MaxLength; i++)
        {
            bytes.InsertRange(at + length, close);
            bytes.InsertRange(at, open);
        }
    }

    private T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];
}
