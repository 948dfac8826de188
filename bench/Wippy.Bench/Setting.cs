using Wippy.Shared.Identity;

namespace Wippy.Bench;

/// <summary>Where and how the actors of a benchmark run.</summary>
/// <param name="Zone">Of their host.</param>
/// <param name="Overrides">Values that replace those of the app, each <c>namespace:entry:field=value</c>, as for <c>wippy run -o</c>.</param>
internal sealed record Setting(Zone Zone, IReadOnlyList<string> Overrides)
{
    /// <summary>The user zone and the app as it is.</summary>
    public static Setting Default { get; } = new(Zone.User, []);

    /// <summary>For a benchmark whose actors run in other operating-system processes, which know nothing of this.</summary>
    /// <exception cref="InvalidOperationException">There are overrides.</exception>
    public void RefuseOverrides(string benchmark)
    {
        if (Overrides is not []) throw new InvalidOperationException($"{benchmark} takes no -o: it runs in operating-system processes of its own");
    }
}
