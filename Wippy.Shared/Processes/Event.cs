namespace Wippy.Shared.Processes;

/// <summary>One event on the bus (reference: modules, events). Never changes.</summary>
/// <param name="system">Who speaks, for example <c>registry</c>.</param>
/// <param name="kind">What happened, for example <c>entry.update</c>.</param>
/// <param name="path">To what, for example an entry id.</param>
/// <param name="data">More about it as one MessagePack value; empty for nothing. Valid during the call it is passed to.</param>
internal readonly ref struct Event(string system, string kind, string path, ReadOnlySpan<byte> data)
{
    public string System { get; } = system;

    public string Kind { get; } = kind;

    public string Path { get; } = path;

    public ReadOnlySpan<byte> Data { get; } = data;
}
