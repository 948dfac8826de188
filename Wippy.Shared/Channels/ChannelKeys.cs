using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Channels;

/// <summary>
/// The secrets by which nodes prove their zones: one per pair of zones. A node is given only the keys of its own zone,
/// so it cannot prove to be of another. Never logged. Immutable.
/// </summary>
internal sealed class ChannelKeys
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyBytes = 32;

    private const string Section = "Wippy:Keys";

    private static readonly Dictionary<(Zone, Zone), string> Names = new()
    {
        [(Zone.System, Zone.User)] = "SystemUser",
        [(Zone.System, Zone.Terminal)] = "SystemTerminal",
        [(Zone.User, Zone.User)] = "UserUser",
        [(Zone.User, Zone.Terminal)] = "UserTerminal",
    };

    private readonly Dictionary<string, byte[]> _keys = [];

    private ChannelKeys()
    {
    }

    /// <summary>Reads <c>Wippy:Keys:SystemUser</c>, <c>SystemTerminal</c>, <c>UserUser</c>, <c>UserTerminal</c>: base64 of 32 bytes each; any may be absent.</summary>
    /// <exception cref="FormatException">A key is something else; the message names the setting and not the key.</exception>
    public static ChannelKeys Read(IConfiguration configuration)
    {
        var keys = new ChannelKeys();
        foreach (var name in Names.Values)
        {
            if (configuration[$"{Section}:{name}"] is not { Length: > 0 } text) continue;
            var key = new byte[KeyBytes];
            if (!Convert.TryFromBase64String(text, key, out var length) || length != KeyBytes)
            {
                throw new FormatException($"{Section}:{name} is not the base64 text of {KeyBytes} bytes");
            }
            keys._keys[name] = key;
        }
        return keys;
    }

    /// <summary>The key that proves two zones to each other, in either order.</summary>
    /// <param name="one">A zone.</param>
    /// <param name="other">A zone.</param>
    /// <param name="key">The key.</param>
    /// <param name="problem">Which setting is missing.</param>
    public bool TryGet(Zone one, Zone other, [NotNullWhen(true)] out byte[]? key, [NotNullWhen(false)] out string? problem)
    {
        key = null;
        problem = null;
        if (!Names.TryGetValue((one, other), out var name) && !Names.TryGetValue((other, one), out name))
        {
            problem = $"there are no channels between zone {one.ToText()} and zone {other.ToText()}";
        }
        else if (!_keys.TryGetValue(name, out key))
        {
            problem = $"the key {Section}:{name} is missing";
        }
        return problem is null;
    }
}
