// A service, a program that knows nothing of us, and, if asked for, one that does not end when asked.
var builder = DistributedApplication.CreateBuilder(args);

if (builder.Configuration["Fail"] is { } reason)
    throw new InvalidOperationException(reason);

var web = builder.AddProject<Projects.Wippy_LocalHosting_TestChild>("web")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health");

builder.AddExecutable("script", "sh", ".", "-c", "echo \"urls <$ASPNETCORE_URLS>\"; echo pid $$; exec sleep 1000")
    .WaitFor(web);

if (builder.Configuration["Stubborn"] == "true")
    builder.AddExecutable("stubborn", "sh", ".", "-c", "trap '' TERM; echo pid $$; exec sleep 1000").WaitFor(web);

builder.Build().Run();
