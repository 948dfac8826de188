using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;

namespace Wippy.Shared.Channels;

/// <summary>
/// Encryption of channels. The listener shows a certificate, which the dialler checks against the authorities that it
/// trusts; who a node is, and of which zone, is proved by the <see cref="Handshake"/> inside. Immutable.
/// </summary>
internal sealed class ChannelTls
{
    /// <summary>The setting of <see cref="TrustPem"/>.</summary>
    public const string TrustSetting = "Wippy:Channel:Tls:Trust";

    /// <summary>The setting of the listener's certificate.</summary>
    public const string CertificateSetting = "Wippy:Channel:Tls:Certificate";

    // SslStream asks for a name to compare with; an authority that signs for nobody else makes it needless.
    private const string TargetHost = "wippy";

    private readonly X509Certificate2? _certificate;
    private readonly X509Certificate2Collection _trusted = [];

    private ChannelTls(string? trustPem, string? certificatePem)
    {
        TrustPem = trustPem;
        if (trustPem is not null) _trusted.ImportFromPem(trustPem);
        if (trustPem is not null && _trusted.Count == 0) throw new FormatException($"{TrustSetting} holds no certificate in PEM");
        if (certificatePem is null) return;
        using var certificate = X509Certificate2.CreateFromPem(certificatePem, certificatePem);
        // Windows does not take a key that is in memory only.
        _certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The certificates of the authorities that are trusted; null where nobody is dialled.</summary>
    public string? TrustPem { get; }

    /// <summary>Whether this node can listen.</summary>
    public bool HasCertificate => _certificate is not null;

    /// <summary>
    /// Reads <c>Wippy:Channel:Tls:Trust</c>, which whoever dials needs, and <c>Wippy:Channel:Tls:Certificate</c>, a certificate and
    /// its private key, which whoever listens needs: PEM, or the path of a file with it.
    /// </summary>
    /// <returns>Null when neither is set: channels are not encrypted.</returns>
    /// <exception cref="FormatException">They are something else; the message names the setting and no secret.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ChannelTls? Read(IConfiguration configuration) => Create(Pem(configuration, TrustSetting), Pem(configuration, CertificateSetting));

    /// <summary>From PEM.</summary>
    /// <param name="trustPem">Certificates of authorities.</param>
    /// <param name="certificatePem">A certificate and its private key.</param>
    /// <returns>Null when there is neither.</returns>
    /// <exception cref="FormatException">They are something else; the message names the setting and no secret.</exception>
    public static ChannelTls? Create(string? trustPem, string? certificatePem)
    {
        if (trustPem is null && certificatePem is null) return null;
        try
        {
            return new ChannelTls(trustPem, certificatePem);
        }
        catch (CryptographicException unreadable)
        {
            throw new FormatException($"{TrustSetting} or {CertificateSetting} cannot be used: {unreadable.Message}");
        }
    }

    /// <summary>The dialler's side.</summary>
    /// <param name="plain">The open connection; belongs to the result.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ChannelException">The other side does not speak TLS, or shows a certificate that is not trusted.</exception>
    public Task<Stream> OpenAsync(Stream plain, CancellationToken cancellation) => SecureAsync(plain, (stream, problem) => stream.AuthenticateAsClientAsync(
        new SslClientAuthenticationOptions
        {
            TargetHost = TargetHost,
            CertificateChainPolicy = ChainPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            {
                if ((errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None) return true;
                problem($"its certificate, {certificate?.Subject}, is not signed by an authority of {TrustSetting}, or not valid now");
                return false;
            },
        },
        cancellation));

    /// <summary>The listener's side.</summary>
    /// <param name="plain">The open connection; belongs to the result.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ChannelException">The other side does not speak TLS, or does not like the certificate.</exception>
    public Task<Stream> AcceptAsync(Stream plain, CancellationToken cancellation) => SecureAsync(plain, (stream, _) => stream.AuthenticateAsServerAsync(
        new SslServerAuthenticationOptions { ServerCertificate = _certificate }, cancellation));

    private static async Task<Stream> SecureAsync(Stream plain, Func<SslStream, Action<string>, Task> authenticate)
    {
        var problem = "";
        var stream = new SslStream(plain);
        try
        {
            await authenticate(stream, found => problem = found);
            return stream;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            throw new ChannelException($"channels of this node are encrypted ({TrustSetting}), and no TLS connection came about: {(problem.Length > 0 ? problem : exception.Message)}");
        }
    }

    private X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(_trusted);
        return policy;
    }

    private static string? Pem(IConfiguration configuration, string setting)
    {
        if (configuration[setting] is not { Length: > 0 } value) return null;
        return value.Contains("-----BEGIN", StringComparison.Ordinal) ? value : File.ReadAllText(value);
    }
}
