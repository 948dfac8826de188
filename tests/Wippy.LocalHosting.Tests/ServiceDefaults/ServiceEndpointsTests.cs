using Microsoft.Extensions.Configuration;
using Wippy.ServiceDefaults;

namespace Wippy.LocalHosting.Tests.ServiceDefaults;

public sealed class ServiceEndpointsTests
{
    [Fact]
    public void Find_KnownEndpoint_IsItsUrl() =>
        Assert.Equal(new Uri("tcp://localhost:5000"), ServiceEndpoints.Find(Configuration("tcp://localhost:5000"), "system", "channel"));

    [Fact]
    public void Find_UnknownEndpoint_IsNull() => Assert.Null(ServiceEndpoints.Find(Configuration("tcp://localhost:5000"), "system", "http"));

    [Fact]
    public void Find_NotAUrl_NamesKeyAndValue() =>
        Assert.Contains("services:system:channel:0 is 'nonsense'",
            Assert.Throws<InvalidOperationException>(() => ServiceEndpoints.Find(Configuration("nonsense"), "system", "channel")).Message);

    private static IConfiguration Configuration(string channel) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("services:system:channel:0", channel)]).Build();
}
