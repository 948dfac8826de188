using System.Diagnostics;
using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>One port on which a resource listens.</summary>
[DebuggerDisplay("{Name}: {UriScheme} {Port} -> {TargetPort}")]
public sealed class EndpointAnnotation : IResourceAnnotation
{
    /// <summary>Describes an endpoint; what is left out is chosen at start.</summary>
    public EndpointAnnotation(ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null,
        int? port = null, int? targetPort = null, bool? isExternal = null, bool? isProxied = null)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? protocol.ToString().ToLowerInvariant();
        Transport = transport ?? (UriScheme is "http" or "https" ? "http" : UriScheme);
        Name = name ?? UriScheme;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied ?? true;
    }

    /// <summary>TCP, the only protocol that is proxied.</summary>
    public ProtocolType Protocol { get; set; }

    /// <summary>Scheme of the endpoint's URL.</summary>
    public string UriScheme { get; set; }

    /// <summary>What travels in the connection: <c>http</c> or the scheme.</summary>
    public string Transport { get; set; }

    /// <summary>Unique in the resource, without regard to case.</summary>
    public string Name { get; set; }

    /// <summary>The stable port that others see; null = a free one.</summary>
    public int? Port { get; set; }

    /// <summary>The port the process itself listens on; null = a free one per replica and start.</summary>
    public int? TargetPort { get; set; }

    /// <summary>Meant for the world outside the deployment.</summary>
    public bool IsExternal { get; set; }

    /// <summary>False: the process listens on the one and only port itself, so there can be one replica only.</summary>
    public bool IsProxied { get; set; }

    /// <summary>Where the endpoint is; null until the application starts.</summary>
    public AllocatedEndpoint? AllocatedEndpoint { get; set; }

    /// <summary>The variable that tells the process its target port.</summary>
    internal string? TargetPortEnvironmentVariable { get; set; }
}

/// <summary>The address of an endpoint in a running application.</summary>
public sealed class AllocatedEndpoint
{
    private readonly EndpointAnnotation _endpoint;

    internal AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port)
    {
        _endpoint = endpoint;
        Address = address;
        Port = port;
    }

    /// <summary>Host name.</summary>
    public string Address { get; }

    /// <summary>The stable port.</summary>
    public int Port { get; }

    /// <summary>Scheme of the URL.</summary>
    public string UriScheme => _endpoint.UriScheme;

    /// <summary>The URL without a path.</summary>
    public string UriString => $"{UriScheme}://{Address}:{Port}";
}
