using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Hosting;

/// <summary>
/// What a service of a deployment is told by its configuration, which is the environment that the AppHost sets:
/// <c>Wippy__App</c>, <c>Wippy__Channel__Port</c>, <c>Wippy__Channel__Address</c>, <c>Wippy__ConnectFile</c>, <c>services__system__channel__0</c>.
/// </summary>
/// <param name="Zone">The zone of the service.</param>
/// <param name="NodeName">Fresh at every start, so that PIDs of an earlier run are never taken for new ones.</param>
/// <param name="App">The app folder.</param>
/// <param name="ChannelPort">Where to listen for channels; 0 = any free port.</param>
/// <param name="ChannelAddress">The interface to listen on for channels, which other nodes are told to dial; loopback unless said otherwise.</param>
/// <param name="SystemEndpoint">The system node's channel address as <c>tcp://host:port</c>; null on the system node.</param>
/// <param name="ConnectFile">Where the system node writes what <c>wippy connect</c> needs; null = none is written.</param>
internal sealed record ServiceSettings(Zone Zone, string NodeName, string App, int ChannelPort, IPAddress ChannelAddress, string? SystemEndpoint, string? ConnectFile)
{
    /// <summary>In a container, whose address nobody knows before it runs: the address that its own name has.</summary>
    private const string OwnAddress = "own";

    private const string SuffixCharacters = "abcdefghijkmnpqrstuvwxyz23456789";

    /// <summary>Reads them.</summary>
    /// <exception cref="InvalidOperationException">Something is missing; the message names it and who should set it.</exception>
    public static ServiceSettings From(IConfiguration configuration, Zone zone)
    {
        var app = configuration["Wippy:App"]
            ?? throw new InvalidOperationException("Wippy__App is not set: it names the app folder (the AppHost sets it)");
        var system = configuration["services:system:channel:0"];
        if (zone != Zone.System && system is null)
        {
            throw new InvalidOperationException("services__system__channel__0 is not set: it names the system service's channel (the AppHost sets it)");
        }
        return new ServiceSettings(
            zone,
            $"{configuration["OTEL_SERVICE_NAME"] ?? zone.ToText()}.{RandomNumberGenerator.GetString(SuffixCharacters, 6)}",
            app,
            configuration.GetValue("Wippy:Channel:Port", 0),
            AddressOf(configuration["Wippy:Channel:Address"]),
            zone == Zone.System ? null : system,
            zone == Zone.System ? configuration["Wippy:ConnectFile"] : null);
    }

    private static IPAddress AddressOf(string? text) => text switch
    {
        null or "" => IPAddress.Loopback,
        OwnAddress => Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).FirstOrDefault()
            ?? throw new InvalidOperationException($"Wippy__Channel__Address is '{OwnAddress}', but the name of this machine, {Dns.GetHostName()}, has no IPv4 address"),
        _ => IPAddress.TryParse(text, out var address) ? address
            : throw new InvalidOperationException($"Wippy__Channel__Address is '{text}', expected the IP address of one interface, or '{OwnAddress}'"),
    };
}
