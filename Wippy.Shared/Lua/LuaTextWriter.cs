using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// The walk over one Lua value that becomes text: a table whose keys are 1..n is a list, every other a map; which an empty one is,
/// <see cref="LuaEmptyMaps"/> knows. How the text looks is up to the format. Worker of the process only.
/// </summary>
/// <param name="stack">Where the value is.</param>
/// <param name="format">Its name, for errors.</param>
/// <param name="maxDepth">Tables inside tables.</param>
/// <param name="maxValues">Tables may hold a table many times over: the text, not the value, is what is bounded.</param>
/// <param name="maxBytes">Of the text.</param>
internal abstract class LuaTextWriter(LuaStack stack, string format, int maxDepth, int maxValues, long maxBytes)
{
    private readonly List<nint> _open = [];   // the tables that are being written, outermost first
    private string _path = "";
    private int _values;

    /// <summary>Bytes, or characters, written so far.</summary>
    protected abstract long Written { get; }

    /// <summary>Writes the value.</summary>
    /// <param name="index">Absolute.</param>
    /// <returns>Null, or why it has no text, with the path to the place.</returns>
    protected Error? Write(int index) =>
        Value(index) is { } problem ? new Error(ErrorKind.Internal, $"cannot encode {problem} (value{_path})") : null;

    protected abstract void Null();

    protected abstract void Boolean(bool value);

    protected abstract void Number(long value);

    protected abstract void Number(double value);

    /// <param name="text">UTF-8.</param>
    protected abstract void Text(ReadOnlySpan<byte> text);

    protected abstract void BeginList(bool isEmpty);

    protected abstract void EndList();

    protected abstract void BeginMap(bool isEmpty);

    protected abstract void EndMap();

    /// <summary>Writes a key before its value.</summary>
    /// <param name="key">As in <see cref="Arrange"/>.</param>
    protected abstract void Name(object key);

    /// <summary>Puts the keys of a map into the order of the text.</summary>
    /// <param name="keys">Names as the bytes of UTF-8, and long, double, bool.</param>
    /// <returns>Null, or what is wrong with a table of such keys, to follow "cannot encode".</returns>
    protected abstract string? Arrange(List<object> keys);

    // Each gives null or completes the sentence "cannot encode ...".
    private string? Value(int index)
    {
        if (++_values > maxValues) return $"more than {maxValues} values";
        if (Written > maxBytes) return TooLong();
        switch (stack.TypeOf(index))
        {
            case LuaType.Nil or LuaType.None:
                Null();
                return null;
            case LuaType.Boolean:
                Boolean(stack.ToBoolean(index));
                return null;
            case LuaType.Number:
                if (stack.IsInteger(index)) Number(stack.ToInteger(index));
                else Number(stack.ToNumber(index));
                return null;
            case LuaType.String:
                return String(stack.ToBytes(index));
            case LuaType.Table:
                return Table(index);
            case LuaType.Userdata when stack.UserdataKind(index) == LuaUserdataKind.Error:
                stack.PushUserValue(index, LuaErrors.MessageValue);
                var problem = String(stack.ToBytes(-1));
                stack.Pop(1);
                return problem;
            default:
                return $"a {LuaArguments.TypeName(stack, index)}";
        }
    }

    private string? String(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text)) return "a string that is not UTF-8";
        if (text.Length > maxBytes) return TooLong();
        Text(text);
        return null;
    }

    private string? Table(int index)
    {
        if (_open.Count >= maxDepth || !stack.Reserve(6)) return $"tables nested deeper than {maxDepth}";
        if (LuaFrozen.TryPushContents(stack, index))
        {
            var inside = Table(stack.Top);
            stack.Pop(1);
            return inside;
        }
        var table = stack.ToPointer(index);
        if (_open.Contains(table)) return "a table that contains itself";
        _open.Add(table);
        var problem = IsList(index, out var count) ? List(index, count) : Map(index);
        _open.RemoveAt(_open.Count - 1);
        return problem;
    }

    private bool IsList(int index, out long count)
    {
        count = 0;
        var largest = 0L;
        stack.PushNil();
        while (stack.Next(index))
        {
            stack.Pop(1);
            if (!stack.IsInteger(-1) || stack.ToInteger(-1) < 1)
            {
                stack.Pop(1);
                return false;
            }
            largest = Math.Max(largest, stack.ToInteger(-1));
            count++;
        }
        return count == 0 ? !LuaEmptyMaps.Contains(stack, index) : largest == count;
    }

    private string? List(int index, long count)
    {
        BeginList(count == 0);
        for (var i = 1L; i <= count; i++)
        {
            stack.RawGet(index, i);
            if (Part() is not { } problem) continue;
            _path = $"[{i.ToString(CultureInfo.InvariantCulture)}]{_path}";
            return problem;
        }
        EndList();
        return null;
    }

    private string? Map(int index)
    {
        if ((Keys(index, out var keys) ?? Arrange(keys)) is { } impossible) return impossible;
        BeginMap(keys.Count == 0);
        foreach (var key in keys)
        {
            Name(key);
            Push(key);
            stack.RawGet(index);
            if (Part() is not { } problem) continue;
            _path = $".{(key is byte[] name ? Encoding.UTF8.GetString(name) : key)}{_path}";
            return problem;
        }
        EndMap();
        return null;
    }

    private string? Keys(int index, out List<object> keys)
    {
        keys = [];
        stack.PushNil();
        while (stack.Next(index))
        {
            stack.Pop(1);
            object? key = stack.TypeOf(-1) switch
            {
                LuaType.String => stack.ToBytes(-1).ToArray(),
                LuaType.Boolean => stack.ToBoolean(-1),
                LuaType.Number => stack.IsInteger(-1) ? (object)stack.ToInteger(-1) : stack.ToNumber(-1),
                _ => null,
            };
            var problem = key is null ? $"a table with a {LuaArguments.TypeName(stack, -1)} as key"
                : key is byte[] name && !Utf8.IsValid(name) ? "a table with a name that is not UTF-8"
                : keys.Count >= maxValues ? $"more than {maxValues} values"
                : null;
            if (problem is not null)
            {
                stack.Pop(1);
                return problem;
            }
            keys.Add(key!);
        }
        return null;
    }

    // Takes the value on top off the stack.
    private string? Part()
    {
        var problem = Value(stack.Top);
        stack.Pop(1);
        return problem;
    }

    private void Push(object key)
    {
        switch (key)
        {
            case byte[] name:
                stack.Push(name);
                break;
            case bool flag:
                stack.Push(flag);
                break;
            case long number:
                stack.Push(number);
                break;
            default:
                stack.Push((double)key);
                break;
        }
    }

    private string TooLong() => $"more than {maxBytes} bytes of {format}";
}
