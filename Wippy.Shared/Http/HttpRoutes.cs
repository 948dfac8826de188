using Wippy.Shared.Registry;

namespace Wippy.Shared.Http;

/// <summary>
/// The endpoints of one server, most specific first: literal segments before names, names before the rest of a path.
/// Immutable; any thread.
/// </summary>
internal sealed class HttpRoutes
{
    private readonly Route[] _routes;

    /// <param name="endpoints">In any order.</param>
    public HttpRoutes(IEnumerable<HttpEndpointSpec> endpoints) =>
        _routes = [.. endpoints.Select(endpoint => new Route(endpoint)).OrderBy(route => route.Order, StringComparer.Ordinal).ThenBy(route => route.Endpoint.Id)];

    /// <summary>Finds the endpoint of a request.</summary>
    /// <param name="method">Upper case; HEAD is answered by GET where nothing else does.</param>
    /// <param name="path">Decoded.</param>
    /// <returns>Without an endpoint, <see cref="HttpMatch.Allowed"/> has the methods that this path knows; none: it is unknown.</returns>
    public HttpMatch Match(string method, string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        List<string> allowed = [];
        HttpMatch? head = null;
        foreach (var route in _routes)
        {
            if (route.TryMatch(segments) is not { } parameters) continue;
            if (route.Endpoint.Method == method) return new HttpMatch(route.Endpoint, parameters, []);
            if (method == "HEAD" && route.Endpoint.Method == "GET") head ??= new HttpMatch(route.Endpoint, parameters, []);
            if (!allowed.Contains(route.Endpoint.Method)) allowed.Add(route.Endpoint.Method);
        }
        return head ?? new HttpMatch(null, [], allowed);
    }

    private sealed class Route
    {
        private readonly string[] _segments;

        public Route(HttpEndpointSpec endpoint)
        {
            Endpoint = endpoint;
            _segments = endpoint.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            Order = string.Concat(_segments.Select(segment => IsRest(segment) ? '3' : IsName(segment) ? '2' : '1'));
        }

        public HttpEndpointSpec Endpoint { get; }

        public string Order { get; }

        public Dictionary<string, string>? TryMatch(string[] path)
        {
            var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var i = 0; i < _segments.Length; i++)
            {
                var segment = _segments[i];
                if (IsRest(segment))
                {
                    parameters[segment == "*" ? segment : segment[1..^4]] = string.Join('/', path.Skip(i));
                    return parameters;
                }
                if (i >= path.Length) return null;
                if (IsName(segment)) parameters[segment[1..^1]] = path[i];
                else if (segment != path[i]) return null;
            }
            return path.Length == _segments.Length ? parameters : null;
        }

        private static bool IsRest(string segment) => segment == "*" || (IsName(segment) && segment.EndsWith("...}", StringComparison.Ordinal));

        private static bool IsName(string segment) => segment.Length > 2 && segment[0] == '{' && segment[^1] == '}';
    }
}

/// <summary>What answers a request.</summary>
/// <param name="Endpoint">Null when nothing does.</param>
/// <param name="Parameters">The parts of the path that it names.</param>
/// <param name="Allowed">Methods that would be answered.</param>
internal sealed record HttpMatch(HttpEndpointSpec? Endpoint, Dictionary<string, string> Parameters, IReadOnlyList<string> Allowed);
