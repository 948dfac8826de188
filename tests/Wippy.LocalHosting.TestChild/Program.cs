using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wippy.ServiceDefaults;

// A service for the tests: says who it is, and is as healthy as it is told to be. The first argument "unhealthy" makes it start ill.
var health = args.Contains("unhealthy") ? HealthStatus.Unhealthy : HealthStatus.Healthy;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddHealthChecks().AddCheck("told", () => new HealthCheckResult(health));

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapGet("/pid", () => Environment.ProcessId.ToString());
app.MapGet("/env/{name}", (string name) => Environment.GetEnvironmentVariable(name));
app.MapPost("/health/{status}", (HealthStatus status) => { health = status; });
Console.WriteLine($"pid {Environment.ProcessId}");
app.Run();
