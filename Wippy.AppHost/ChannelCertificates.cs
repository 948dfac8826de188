using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wippy.AppHost;

/// <summary>An authority for the channels of one run, and the certificates that it signs. The authority's key is never written anywhere.</summary>
internal sealed class ChannelCertificates : IDisposable
{
    private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddDays(-1);
    private static readonly DateTimeOffset Until = From.AddYears(1);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    public ChannelCertificates()
    {
        var request = new CertificateRequest("CN=Wippy run", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        _authority = request.CreateSelfSigned(From, Until);
    }

    /// <summary>What nodes trust, PEM.</summary>
    public string Trust => _authority.ExportCertificatePem();

    /// <summary>A certificate and its private key, PEM: a secret.</summary>
    /// <param name="service">Who shows it.</param>
    public string Create(string service)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={service}", key, HashAlgorithmName.SHA256);
        using var certificate = request.Create(_authority, From, Until, RandomNumberGenerator.GetBytes(16));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }
}
