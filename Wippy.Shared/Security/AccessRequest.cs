namespace Wippy.Shared.Security;

/// <summary>The question put to a policy: may this actor do this to that? Lives on the stack while it is answered.</summary>
internal readonly struct AccessRequest
{
    /// <summary>Index of the <c>@</c> when <see cref="Resource"/> is a PID with a node part, else -1.</summary>
    private readonly int _nodeEnd;

    /// <param name="actor">Null when nobody in particular acts; conditions on the actor then do not hold.</param>
    /// <param name="action">For example <c>process.send</c>.</param>
    /// <param name="resource">What it is done to; may be empty.</param>
    /// <param name="attributes">More about the request, as a plain tree; null for none.</param>
    public AccessRequest(Actor? actor, string action, string resource, IReadOnlyDictionary<string, object?>? attributes)
    {
        Actor = actor;
        Action = action;
        Resource = resource;
        Attributes = attributes;
        _nodeEnd = NodeEnd(resource);
    }

    public Actor? Actor { get; }

    public string Action { get; }

    public string Resource { get; }

    public IReadOnlyDictionary<string, object?>? Attributes { get; }

    /// <summary>
    /// The resource as policies see it: a PID comes without its node part, so that <c>{app:workers|*</c> means the same
    /// host on every node.
    /// </summary>
    public string ResourceWithoutNode => _nodeEnd < 0 ? Resource : string.Concat("{", Resource.AsSpan(_nodeEnd + 1));

    /// <summary>Whether a pattern covers <see cref="ResourceWithoutNode"/>, or, if it holds an <c>@</c>, the resource as it is.</summary>
    public bool IsOn(in Pattern pattern) => _nodeEnd < 0 || pattern.MentionsNode
        ? pattern.Matches(Resource)
        : pattern.Matches('{', Resource.AsSpan(_nodeEnd + 1));

    private static int NodeEnd(string resource)
    {
        if (resource.Length < 2 || resource[0] != '{' || resource[^1] != '}') return -1;
        var delimiter = resource.AsSpan().IndexOfAny('@', '|');
        return delimiter >= 0 && resource[delimiter] == '@' ? delimiter : -1;
    }
}
