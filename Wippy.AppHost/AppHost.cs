using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Wippy.AppHost;

var builder = DistributedApplication.CreateBuilder(args);

// Settings: --app PATH, --users N, --connectFile PATH, --tls true on the command line, or the same keys in configuration.
var app = Path.GetFullPath(builder.Configuration["App"] ?? Path.Combine(builder.AppHostDirectory, "..", "samples", "wordcount"));
var users = builder.Configuration.GetValue("Users", 1);
var connectFile = Path.GetFullPath(builder.Configuration["ConnectFile"]
    ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".wippy", "connect.json"));

// One key per pair of zones, new in every run. A node proves its zone with them, so each service is given only its own.
var systemUser = ZoneKey("system-user");
var systemTerminal = ZoneKey("system-terminal");
var userUser = ZoneKey("user-user");
var userTerminal = ZoneKey("user-terminal");

// Whoever opens the observer with it may end processes.
var observerToken = RandomNumberGenerator.GetHexString(32, lowercase: true);

// The trusted part. It holds UserTerminal only to hand it on: the connect file lets `wippy connect` join as a terminal.
var system = builder.AddProject<Projects.Wippy_SystemHost>("system")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithEndpoint(scheme: "tcp", name: "channel", env: "Wippy__Channel__Port", isProxied: false)
    .WithEnvironment("Wippy__App", app)
    .WithEnvironment("Wippy__ConnectFile", connectFile)
    .WithEnvironment("Wippy__Keys__SystemUser", systemUser)
    .WithEnvironment("Wippy__Keys__SystemTerminal", systemTerminal)
    .WithEnvironment("Wippy__Keys__UserTerminal", userTerminal)
    .WithEnvironment("Wippy__Observer__Token", builder.AddParameter("observer-token", observerToken, secret: true))
    .WithUrlForEndpoint("http", url => (url.DisplayText, url.Url) = ("observer: processes, services, channels", $"/login?t={observerToken}"))
    .WithUrl(new Uri(connectFile).AbsoluteUri, "for `wippy connect`: joins as a terminal");

// The sandbox, as many as asked for. Each listens for channels on a port of its own choice and tells the system node.
var user = builder.AddProject<Projects.Wippy_UserHost>("user")
    .WithReplicas(users)
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithReference(system)
    .WaitFor(system)
    .WithEnvironment("Wippy__App", app)
    .WithEnvironment("Wippy__Keys__SystemUser", systemUser)
    .WithEnvironment("Wippy__Keys__UserUser", userUser)
    .WithEnvironment("Wippy__Keys__UserTerminal", userTerminal);

// The console: its prompt is in the dashboard. (Terminals are new in Aspire; the pragma accepts that they may change.)
#pragma warning disable ASPIRETERMINAL001
var terminal = builder.AddProject<Projects.Wippy_TerminalHost>("terminal")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithEndpoint(scheme: "tcp", name: "channel", env: "Wippy__Channel__Port", isProxied: false)
    .WithReference(system)
    .WaitFor(system)
    .WaitFor(user)
    .WithEnvironment("Wippy__App", app)
    .WithEnvironment("Wippy__Keys__SystemTerminal", systemTerminal)
    .WithEnvironment("Wippy__Keys__UserTerminal", userTerminal)
    .WithTerminal();
#pragma warning restore ASPIRETERMINAL001

// Channels are encrypted when asked for. An authority of this run signs what system and user nodes show.
if (builder.Configuration.GetValue("Tls", false))
{
    using var certificates = new ChannelCertificates();
    foreach (var service in new[] { system, user, terminal }) service.WithEnvironment("Wippy__Channel__Tls__Trust", certificates.Trust);
    foreach (var service in new[] { system, user })
    {
        var certificate = builder.AddParameter($"certificate-{service.Resource.Name}", certificates.Create(service.Resource.Name), secret: true);
        service.WithEnvironment("Wippy__Channel__Tls__Certificate", certificate);
    }
}

builder.Build().Run();

IResourceBuilder<ParameterResource> ZoneKey(string zones) =>
    builder.AddParameter($"key-{zones}", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), secret: true);
