using Wippy.Shared.Messaging;

namespace Wippy.Shared.Tests.Messaging;

public class ContextValuesTests
{
    [Fact]
    public void With_SameName_TheLaterCounts()
    {
        var first = ContextValues.Empty.With([Value("a", 1), Value("b", 2)]);

        var second = first.With([Value("b", 3), Value("c", 4)]);

        Assert.Equal(["a=1", "b=3", "c=4"], Text(second));
        Assert.Equal(["a=1", "b=2"], Text(first));
        Assert.Equal(0, ContextValues.Empty.Count);
    }

    [Fact]
    public void With_Nothing_IsTheSame()
    {
        var values = ContextValues.Empty.With([Value("a", 1)]);

        Assert.Same(values, values.With([]));
    }

    [Fact]
    public void TryGet_NamesAreExact()
    {
        var values = ContextValues.Empty.With([Value("Tenant", 7)]);

        Assert.True(values.TryGet("Tenant", out var value));
        Assert.Equal(7, value.Span[0]);
        Assert.False(values.TryGet("tenant", out _));
    }

    private static KeyValuePair<string, ReadOnlyMemory<byte>> Value(string name, byte value) => new(name, new[] { value });

    private static IEnumerable<string> Text(ContextValues values) => values.All.Select(pair => $"{pair.Key}={pair.Value.Span[0]}");
}
