namespace Wippy.Shared.Security;

/// <summary>A field of a request that a condition names, split into its parts once.</summary>
internal sealed class RequestField
{
    private enum Root
    {
        ActorId,
        ActorMeta,
        Action,
        Resource,
        Attributes,
    }

    private readonly Root _root;
    private readonly string[] _path;

    private RequestField(Root root, params string[] path)
    {
        _root = root;
        _path = path;
    }

    /// <summary>
    /// Understands <c>actor.id</c>, <c>actor.meta.x.y</c>, <c>action</c>, <c>resource</c>, and for the attributes of the
    /// request <c>meta.x.y</c> or any other name.
    /// </summary>
    /// <returns>Null for anything else.</returns>
    public static RequestField? Parse(string text)
    {
        var parts = text.Split('.');
        if (parts.Contains("")) return null;
        return parts switch
        {
            ["actor", "id"] => new RequestField(Root.ActorId),
            ["actor", "meta", _, ..] => new RequestField(Root.ActorMeta, parts[2..]),
            ["actor", ..] => null,
            ["action"] => new RequestField(Root.Action),
            ["resource"] => new RequestField(Root.Resource),
            ["meta", _, ..] => new RequestField(Root.Attributes, parts[1..]),
            _ => new RequestField(Root.Attributes, parts),
        };
    }

    /// <summary>The value; null when the request does not have it.</summary>
    public object? Read(in AccessRequest request) => _root switch
    {
        Root.ActorId => request.Actor?.Id,
        Root.ActorMeta => Follow(request.Actor?.Meta),
        Root.Action => request.Action,
        Root.Resource => request.ResourceWithoutNode,
        _ => Follow(request.Attributes),
    };

    private object? Follow(object? value)
    {
        foreach (var name in _path)
        {
            value = (value as IReadOnlyDictionary<string, object?>)?.GetValueOrDefault(name);
        }
        return value;
    }
}
