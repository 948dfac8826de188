using Wippy.ServiceDefaults;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddWippyRuntime(Zone.User);

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
