using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Wippy.LocalHosting;

/// <summary>The ports on which one run of one replica listens itself.</summary>
internal sealed class TargetPorts(IResource resource)
{
    private readonly Dictionary<EndpointAnnotation, int> _ports = resource.Endpoints().ToDictionary(
        endpoint => endpoint,
        endpoint => !endpoint.IsProxied ? endpoint.AllocatedEndpoint!.Port : endpoint.TargetPort ?? FreePort.Next());

    public int this[EndpointAnnotation endpoint] => _ports[endpoint];

    public int this[string endpointName] => _ports[new EndpointReference((IResourceWithEndpoints)resource, endpointName).EndpointAnnotation];
}
