using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>An <c>http.service</c> entry, compiled: a server.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Address"><c>host:port</c> or <c>:port</c>, which listens on all addresses; port 0 = any free one.</param>
/// <param name="ReadTimeout">Until the head of a request is there; default 10 s.</param>
/// <param name="WriteTimeout">Until the handler has answered; default 30 s.</param>
/// <param name="IdleTimeout">Between two requests of a connection; default 60 s.</param>
/// <param name="MaxBodyBytes">Body of a request; default 1 MiB.</param>
/// <param name="MaxHeaderBytes">Head of a request; default 32 KiB.</param>
/// <param name="MaxRequests">Requests being handled at a time; default 1,024.</param>
/// <param name="MaxConnections">Open connections; default 4,096.</param>
/// <param name="Lifecycle">Start, stop, and under whose name handlers act.</param>
internal sealed record HttpServiceSpec(
    EntryId Id,
    string Address,
    TimeSpan ReadTimeout,
    TimeSpan WriteTimeout,
    TimeSpan IdleTimeout,
    int MaxBodyBytes,
    int MaxHeaderBytes,
    int MaxRequests,
    int MaxConnections,
    LifecycleSpec Lifecycle)
{
    /// <param name="entry">Validated, of kind <c>http.service</c>.</param>
    public static HttpServiceSpec Compile(Entry entry)
    {
        var fields = new EntryFields(entry.Fields);
        var timeouts = fields.Section("timeouts");
        var limits = fields.Section("limits");
        return new HttpServiceSpec(
            entry.Id,
            fields.Text("addr")!,
            timeouts.Duration("read") ?? TimeSpan.FromSeconds(10),
            timeouts.Duration("write") ?? TimeSpan.FromSeconds(30),
            timeouts.Duration("idle") ?? TimeSpan.FromSeconds(60),
            limits.Whole("body_bytes") ?? 1 << 20,
            limits.Whole("header_bytes") ?? 32 << 10,
            limits.Whole("requests") ?? 1_024,
            limits.Whole("connections") ?? 4_096,
            LifecycleSpec.Compile(entry));
    }

    /// <summary>All servers of a registry version, in id order.</summary>
    public static IReadOnlyList<HttpServiceSpec> All(Snapshot snapshot) =>
        [.. snapshot.Entries.Values.Where(entry => entry.Kind == EntryKinds.HttpService).Select(Compile)];
}

/// <summary>An <c>http.endpoint</c> entry with its router, compiled: which requests a function answers.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Method">Upper case.</param>
/// <param name="Path">With the router's prefix, without a slash at the end; <c>{name}</c> stands for one segment, <c>{name...}</c> for all that follow.</param>
/// <param name="Function">What answers.</param>
/// <param name="Zone">Where it runs.</param>
/// <param name="Service">The server.</param>
internal sealed record HttpEndpointSpec(EntryId Id, string Method, string Path, EntryId Function, Zone Zone, EntryId Service)
{
    /// <summary>All endpoints of one server.</summary>
    public static IEnumerable<HttpEndpointSpec> Of(EntryId service, Snapshot snapshot)
    {
        foreach (var entry in snapshot.Entries.Values)
        {
            if (entry.Kind != EntryKinds.HttpEndpoint) continue;
            var routerId = entry.Resolve(new EntryFields(entry.Meta).Text("router")!);
            if (!snapshot.Entries.TryGetValue(routerId, out var router)) continue;
            if (router.Resolve(new EntryFields(router.Meta).Text("server")!) != service) continue;

            var fields = new EntryFields(entry.Fields);
            var prefix = new EntryFields(router.Fields).Text("prefix") ?? "";
            if (!Zones.TryParse(fields.Text("zone"), out var zone)) zone = Zone.User;
            yield return new HttpEndpointSpec(
                entry.Id,
                fields.Text("method") ?? "GET",
                $"/{prefix.Trim('/')}/{fields.Text("path")!.Trim('/')}".Replace("//", "/", StringComparison.Ordinal).TrimEnd('/'),
                entry.Resolve(fields.Text("func")!),
                zone,
                service);
        }
    }
}
