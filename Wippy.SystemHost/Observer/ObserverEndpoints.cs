using System.Net.Mime;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Wippy.Shared.Hosting;

namespace Wippy.SystemHost.Observer;

/// <summary>
/// The page at <c>/</c> that shows the deployment while it runs: its files, a stream of what changes, one process, and the
/// end of a process.
/// </summary>
internal static class ObserverEndpoints
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Adds it to the service.</summary>
    public static void MapObserver(this WebApplication app)
    {
        var access = new ObserverAccess(app.Configuration["Wippy:Observer:Token"]);
        MapFile(app, "/", "index.html", MediaTypeNames.Text.Html);
        MapFile(app, "/observer.css", "observer.css", MediaTypeNames.Text.Css);
        MapFile(app, "/observer.js", "observer.js", MediaTypeNames.Text.JavaScript);
        app.MapGet("/login", (HttpContext context, string? t) => access.LogIn(context, t)
            ? Results.Redirect("/")
            : Results.Text("The token is not that of this run: the AppHost prints the address.", statusCode: StatusCodes.Status403Forbidden));
        app.MapGet("/observer/changes", (HttpContext context, RuntimeService runtime, TimeProvider clock) => StreamAsync(context, runtime, access, clock));
        app.MapGet("/observer/process", async (HttpContext context, string pid, bool? messages, RuntimeService runtime) =>
            messages == true && !access.MayEnd(context) ? Results.Text("Only who has logged in may see messages.", statusCode: StatusCodes.Status403Forbidden)
            : runtime.Observer is { } observer && await observer.FindAsync(pid, messages == true) is { } process ? Results.Json(process, Json)
            : Results.NotFound());
        app.MapGet("/observer/entries", (string? search, RuntimeService runtime) =>
            runtime.Observer is { } observer ? Results.Json(observer.Entries(search ?? ""), Json) : Results.NotFound());
        app.MapPost("/observer/cancel", (HttpContext context, string pid, RuntimeService runtime) => End(context, access, runtime, observer => observer.Cancel(pid)));
        app.MapPost("/observer/terminate", (HttpContext context, string pid, RuntimeService runtime) => End(context, access, runtime, observer => observer.Terminate(pid)));
    }

    private static IResult End(HttpContext context, ObserverAccess access, RuntimeService runtime, Func<NodeObserver, bool> end) =>
        !access.MayEndNow(context) ? Results.Text("Only who has logged in may end processes.", statusCode: StatusCodes.Status403Forbidden)
        : runtime.Observer is { } observer && end(observer) ? Results.NoContent()
        : Results.Text("There is no such process.", statusCode: StatusCodes.Status404NotFound);

    /// <summary>Server-sent events: one after the other what is new since the last, until the page is left.</summary>
    private static async Task StreamAsync(HttpContext context, RuntimeService runtime, ObserverAccess access, TimeProvider clock)
    {
        context.Response.ContentType = MediaTypeNames.Text.EventStream;
        context.Response.Headers.CacheControl = new StringValues("no-store");
        var changes = new ObserverChanges(access.MayEnd(context));
        try
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                if (runtime.Observer is { } observer)
                {
                    var next = changes.Next(await observer.ObserveAsync());
                    await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(next, Json)}\n\n", context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                }
                await Task.Delay(Interval, clock, context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Left.
        }
    }

    private static void MapFile(WebApplication app, string path, string name, string type)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The observer's file {name} is not in the assembly.");
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        var content = bytes.ToArray();
        app.MapGet(path, (HttpContext context) =>
        {
            // Everything comes from here; nothing else may be loaded or run.
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return Results.Bytes(content, $"{type}; charset=utf-8");
        });
    }
}
