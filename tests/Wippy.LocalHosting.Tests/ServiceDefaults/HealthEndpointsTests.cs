using System.Net;
using static Wippy.LocalHosting.Tests.TestApplication;

namespace Wippy.LocalHosting.Tests.ServiceDefaults;

public sealed class HealthEndpointsTests
{
    [Fact]
    public async Task MapDefaultEndpoints_ServiceThatIsIll_IsAliveButNotHealthy()
    {
        await using var app = await StartAsync(builder =>
            builder.AddProject<Projects.Wippy_LocalHosting_TestChild>("service").WithHttpEndpoint().WithHttpHealthCheck("/alive").WithArgs("unhealthy"));
        await app.WaitHealthyAsync("service");
        using var client = app.CreateHttpClient("service");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/alive")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/health")).StatusCode);
    }
}
