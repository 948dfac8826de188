using Wippy.Shared.Identity;

namespace Wippy.Shared.Supervision;

/// <summary>
/// The order in which services start: levels of the graph of their requirements, each after the one before it, ties in
/// id order. Pure.
/// </summary>
/// <param name="Levels">What starts, level by level.</param>
/// <param name="Blocked">What cannot start, and why: a requirement that does not exist, or a cycle, which is named.</param>
internal sealed record StartOrder(IReadOnlyList<IReadOnlyList<ServiceSpec>> Levels, IReadOnlyDictionary<EntryId, string> Blocked)
{
    /// <summary>Orders services.</summary>
    /// <param name="services">Those to start; what they require and is not among them is started as well.</param>
    /// <param name="all">Every service there is.</param>
    /// <param name="exists">Whether something else that is required (a host) is there.</param>
    public static StartOrder Of(IEnumerable<ServiceSpec> services, IReadOnlyDictionary<EntryId, ServiceSpec> all, Func<EntryId, bool> exists)
    {
        var blocked = new Dictionary<EntryId, string>();
        var depth = new Dictionary<EntryId, int>();
        var path = new List<EntryId>();

        // Depth first; -1 for what is blocked.
        int Visit(ServiceSpec service)
        {
            if (depth.TryGetValue(service.Id, out var known)) return known;
            var start = path.IndexOf(service.Id);
            if (start >= 0)
            {
                var cycle = string.Join(" -> ", path.Skip(start).Append(service.Id));
                foreach (var member in path.Skip(start)) blocked.TryAdd(member, $"service startup blocked by a cycle: {cycle}");
                return -1;
            }
            path.Add(service.Id);
            var level = 0;
            foreach (var requirement in service.Lifecycle.Requires)
            {
                if (!all.TryGetValue(requirement, out var required))
                {
                    if (!exists(requirement)) blocked.TryAdd(service.Id, $"service startup blocked by missing dependencies: {service.Id} requires {requirement}");
                    continue;
                }
                var below = Visit(required);
                if (below < 0) blocked.TryAdd(service.Id, $"service startup blocked: {service.Id} requires {requirement}, which cannot start");
                level = Math.Max(level, below + 1);
            }
            path.RemoveAt(path.Count - 1);
            return depth[service.Id] = blocked.ContainsKey(service.Id) ? -1 : level;
        }

        foreach (var service in services.OrderBy(s => s.Id)) Visit(service);
        var levels = depth.Where(pair => pair.Value >= 0)
            .GroupBy(pair => pair.Value, pair => all[pair.Key])
            .OrderBy(level => level.Key)
            .Select(IReadOnlyList<ServiceSpec> (level) => [.. level.OrderBy(s => s.Id)])
            .ToList();
        return new StartOrder(levels, blocked);
    }
}
