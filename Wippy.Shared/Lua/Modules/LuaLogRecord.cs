using System.Collections;
using System.Globalization;
using System.Text;

namespace Wippy.Shared.Lua.Modules;

/// <summary>A log record of a Lua program: the message, and the fields for those who take structured records.</summary>
internal sealed class LuaLogRecord(string message, List<KeyValuePair<string, object?>> fields) : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <inheritdoc/>
    public int Count => fields.Count;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => fields[index];

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The message, then the fields as <c>key=value</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(message);
        foreach (var (key, value) in fields) text.Append(CultureInfo.InvariantCulture, $" {key}={(value is bool flag ? flag ? "true" : "false" : value)}");
        return text.ToString();
    }
}
