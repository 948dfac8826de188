using Wippy.ServiceDefaults;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.SystemHost.Observer;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddWippyRuntime(Zone.System);

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapObserver();
app.Run();
