using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>Encrypted channels: who connects, who does not, and what each is told.</summary>
public sealed class ChannelTlsTests : IDisposable
{
    private readonly Authority _authority = new("CN=deployment");

    /// <inheritdoc/>
    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Tls_ThreeNodes_WorkTogetherAndNothingIsReadable()
    {
        var app = TestService.App(TestNode.Lua("main", """
            return { main = function()
              local echo = assert(process.spawn("app:echo", "app:user"))
              assert(process.send(echo, "ping", "a plain secret"))
              return process.inbox():receive():payload():data()
            end }
            """), TestNode.Lua("echo", """
            return { main = function()
              local message = process.inbox():receive()
              process.send(message:from(), "pong", message:payload():data())
            end }
            """));
        await using var system = await StartAsync("system-1", Zone.System, app);
        using var tap = new WireTap(system.Endpoint);
        var user = await StartAsync("user-1", Zone.User, app, tap.Endpoint);
        await using var terminal = await StartAsync("terminal-1", Zone.Terminal, app, system.Endpoint);
        await terminal.HasLoggedAsync("node joined: user-1");
        await user.HasLoggedAsync("node joined: terminal-1");

        Assert.Equal("a plain secret", await terminal.RunAsync("main"));

        await user.DisposeAsync();
        await tap.Ended.WaitAsync(TestService.Patience);
        var wire = System.Text.Encoding.Latin1.GetString([.. tap.Dialler, .. tap.Listener]);
        Assert.DoesNotContain("plain secret", wire);
        Assert.DoesNotContain("user-1", wire);
    }

    [Fact]
    public async Task Tls_CutsByteByByte_NothingIsLost()
    {
        const int Count = 20_000;
        var app = TestService.App(TestNode.Lua("sink", """
            return { main = function(count)
              local inbox = process.inbox()
              for expected = 1, count do
                local got = inbox:receive():payload():data()
                if got ~= expected then return "expected " .. expected .. ", got " .. got end
              end
              return count
            end }
            """), TestNode.Lua("main", $$"""
            return { main = function()
              local sink = assert(process.spawn_monitored("app:sink", "app:system", {{Count}}))
              for i = 1, {{Count}} do assert(process.send(sink, "number", i)) end
              local result = process.events():receive().result
              return result.error and tostring(result.error) or result.value
            end }
            """));
        var times = new ChannelOptions
        {
            Zone = Zone.System,
            Tls = Tls(),
            HeartbeatInterval = TimeSpan.FromMilliseconds(50),
            SilenceLimit = TimeSpan.FromMilliseconds(500),
            RedialDelay = TimeSpan.FromMilliseconds(100),
            ReconnectGrace = TimeSpan.FromMinutes(2),
        };
        await using var system = new TestService("system-1", times, app);
        await system.Deployment.StartAsync();
        await using var proxy = new FaultyProxy(system.Endpoint, seed: 3, faults: 8, meanBytes: Count * 40 / 8);
        await using var terminal = new TestService("terminal-1", times with { Zone = Zone.Terminal, SystemEndpoint = proxy.Endpoint }, app);
        await terminal.Deployment.StartAsync();
        await terminal.Deployment.Joined.WaitAsync(TestService.Patience);

        Assert.Equal((long)Count, await terminal.RunAsync("main"));

        Assert.InRange(proxy.FaultsLeft, 0, 6);
        Assert.DoesNotContain(terminal.Logs.Lines, line => line.Text.StartsWith("node down", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tls_CertificateOfAnotherAuthority_IsRefused()
    {
        using var other = new Authority("CN=somebody else");
        await using var system = await StartAsync("system-1", Zone.System, TestService.App());
        var options = new ChannelOptions { Zone = Zone.User, SystemEndpoint = system.Endpoint, Tls = ChannelTls.Create(other.TrustPem, other.CertificatePem("user")) };
        await using var user = new TestService("user-1", options, TestService.App());

        await user.Deployment.StartAsync();

        var line = await user.HasLoggedAsync("waiting for the system node");
        Assert.EndsWith("no TLS connection came about: its certificate, CN=node, is not signed by an authority of Wippy:Channel:Tls:Trust, or not valid now", line.Text);
        await system.HasLoggedAsync("handshake with ");
        Assert.Empty(system.Node.Peers);
    }

    [Fact]
    public async Task Tls_CertificateThatIsNoLongerValid_IsRefused()
    {
        var expired = ChannelTls.Create(_authority.TrustPem, _authority.CertificatePem("node", DateTimeOffset.UnixEpoch.AddYears(40)));
        await using var system = new TestService("system-1", new ChannelOptions { Zone = Zone.System, Tls = expired }, TestService.App());
        await system.Deployment.StartAsync();

        var refused = await Assert.ThrowsAsync<ChannelException>(() => Connection.DialAsync(system.Endpoint, Tls(), default));

        Assert.EndsWith("or not valid now", refused.Message);
    }

    [Fact]
    public async Task Tls_PlainPeer_IsRefused()
    {
        await using var system = await StartAsync("system-1", Zone.System, TestService.App());
        await using var user = new TestService("user-1", new ChannelOptions { Zone = Zone.User, SystemEndpoint = system.Endpoint }, TestService.App());

        await user.Deployment.StartAsync();

        await system.HasLoggedAsync("channels of this node are encrypted (Wippy:Channel:Tls:Trust), and no TLS connection came about");
        await user.HasLoggedAsync("waiting for the system node");
        Assert.Empty(system.Node.Peers);
    }

    [Fact]
    public async Task Tls_ListenerThatSpeaksPlain_IsRefused()
    {
        await using var system = new TestService("system-1", new ChannelOptions { Zone = Zone.System }, TestService.App());
        await system.Deployment.StartAsync();

        await Assert.ThrowsAsync<ChannelException>(() => Connection.DialAsync(system.Endpoint, Tls(), default));

        await system.HasLoggedAsync("the other side speaks TLS, and channels of this node are not encrypted (Wippy:Channel:Tls:Trust)");
    }

    [Fact]
    public async Task Tls_RightCertificateWithoutTheKeyOfTheZone_IsRefused()
    {
        await using var system = await StartAsync("system-1", Zone.System, TestService.App());
        var options = new ChannelOptions { Zone = Zone.User, SystemEndpoint = system.Endpoint, Tls = Tls() };
        await using var user = new TestService("user-1", options, TestService.App(), TestService.Keys(("SystemUser", new byte[32])));

        await user.Deployment.StartAsync();

        await user.HasLoggedAsync("the keys of the two differ");
    }

    [Theory]
    [InlineData(Zone.System, true, false, "Wippy:Channel:Tls:Certificate is not set: channels are encrypted, and a node of zone system listens")]
    [InlineData(Zone.User, true, false, "Wippy:Channel:Tls:Certificate is not set: channels are encrypted, and a node of zone user listens")]
    [InlineData(Zone.User, false, true, "Wippy:Channel:Tls:Trust is not set: channels are encrypted, and a node of zone user dials others")]
    [InlineData(Zone.System, false, true, null)]
    [InlineData(Zone.Terminal, true, false, null)]
    internal void Validate_WhatTheZoneNeeds_HasToBeThere(Zone zone, bool hasTrust, bool hasCertificate, string? problem)
    {
        var tls = ChannelTls.Create(hasTrust ? _authority.TrustPem : null, hasCertificate ? _authority.CertificatePem("node") : null);
        var options = new ChannelOptions { Zone = zone, SystemEndpoint = "tcp://127.0.0.1:1", Tls = tls };

        Assert.Equal(problem, Record.Exception(options.Validate)?.Message);
    }

    [Fact]
    public void Read_TextOrFile_IsTheSame()
    {
        using var folder = new TempFolder();
        folder.With("trust.pem", _authority.TrustPem);

        var read = ChannelTls.Read(Settings(("Trust", Path.Combine(folder.Path, "trust.pem")), ("Certificate", _authority.CertificatePem("node"))));

        Assert.Equal(_authority.TrustPem, read!.TrustPem);
        Assert.True(read.HasCertificate);
        Assert.Null(ChannelTls.Read(Settings()));
    }

    [Fact]
    public void Read_Nonsense_NamesTheSettingAndNotTheSecret()
    {
        var certificate = _authority.CertificatePem("node");
        var broken = certificate.Replace("PRIVATE KEY", "SECRET KEY", StringComparison.Ordinal);

        var noCertificate = Assert.Throws<FormatException>(() => ChannelTls.Read(Settings(("Trust", "-----BEGIN nothing"))));
        var noKey = Assert.Throws<FormatException>(() => ChannelTls.Read(Settings(("Certificate", broken))));

        Assert.Contains("Wippy:Channel:Tls:Trust", noCertificate.Message);
        Assert.Contains("Wippy:Channel:Tls:Certificate", noKey.Message);
        Assert.DoesNotContain(certificate.Split('\n')[^3], noKey.ToString());
    }

    private static IConfiguration Settings(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(s => $"Wippy:Channel:Tls:{s.Name}", s => (string?)s.Value)).Build();

    private ChannelTls Tls() => ChannelTls.Create(_authority.TrustPem, _authority.CertificatePem("node"))!;

    private async Task<TestService> StartAsync(string name, Zone zone, Wippy.Shared.Registry.Snapshot app, string? systemEndpoint = null)
    {
        var service = new TestService(name, new ChannelOptions { Zone = zone, SystemEndpoint = systemEndpoint, Tls = Tls() }, app);
        await service.Deployment.StartAsync();
        await service.Deployment.Joined.WaitAsync(TestService.Patience);
        return service;
    }

    // Signs certificates for a year from now; nothing is measured with that time.
    private sealed class Authority : IDisposable
    {
        private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddDays(-1);

        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly X509Certificate2 _certificate;

        public Authority(string subject)
        {
            var request = new CertificateRequest(subject, _key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            _certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, From.AddYears(1));
        }

        public string TrustPem => _certificate.ExportCertificatePem();

        public string CertificatePem(string name, DateTimeOffset? until = null)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            using var certificate = request.Create(_certificate, until is null ? From : DateTimeOffset.UnixEpoch, until ?? From.AddMonths(6), RandomNumberGenerator.GetBytes(8));
            return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
        }

        public void Dispose()
        {
            _key.Dispose();
            _certificate.Dispose();
        }
    }
}
