using Wippy.Shared.Messaging;

namespace Wippy.Shared.Tests.Messaging;

public class TopicTests
{
    [Fact]
    public void Equals_SameBytes_EqualWithSameHash()
    {
        var one = Topic.Of("orders");
        var other = Topic.Of("orders"u8);
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, Topic.Of("Orders"));
        Assert.Equal("orders", one.ToString());
    }

    [Fact]
    public void Equals_DifferentInvalidUtf8_DiffersAlthoughTheTextIsTheSame()
    {
        var one = Topic.Of([0xff]);
        var other = Topic.Of([0xfe]);
        Assert.NotEqual(one, other);
        Assert.Equal(one.ToString(), other.ToString());
    }

    [Fact]
    public void Of_MoreTopicsThanTheCacheHolds_EachKeepsItsText()
    {
        var topics = Enumerable.Range(0, 2000).Select(i => Topic.Of($"topic {i}")).ToArray();
        for (var i = 0; i < topics.Length; i++)
        {
            Assert.Equal($"topic {i}", topics[i].ToString());
            Assert.Equal(topics[i], Topic.Of($"topic {i}"));
        }
    }

    [Theory]
    [InlineData("@pid/events", true)]
    [InlineData("a@b", false)]
    [InlineData("", false)]
    public void IsReserved_BeginsWithAt(string topic, bool expected) => Assert.Equal(expected, Topic.Of(topic).IsReserved);
}
