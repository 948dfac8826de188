using System.Text;
using System.Text.Unicode;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Registry;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Wippy.Shared.Lua.Yaml;

/// <summary>
/// One YAML document on its way to the Lua stack, event by event. Scalars follow the YAML 1.2 core schema. An alias is the
/// very table that its anchor marks, so many aliases make no large value.
/// </summary>
internal sealed class LuaYamlReader
{
    private readonly LuaStack _stack;
    private readonly IParser _parser;
    private readonly int _anchors;   // index of a table: name of an anchor to its value
    private int _values;

    private LuaYamlReader(LuaStack stack, IParser parser)
    {
        _stack = stack;
        _parser = parser;
        stack.NewTable();
        _anchors = stack.Top;
    }

    /// <summary>Pushes the value of a text.</summary>
    /// <returns>Null, or what is wrong, with line and column; nothing is pushed then.</returns>
    public static Error? Read(LuaStack stack, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return new Error(ErrorKind.Invalid, "cannot decode an empty text as YAML");
        if (text.Length > LuaYaml.MaxBytes) return new Error(ErrorKind.LimitExceeded, $"a YAML text of {text.Length} bytes (the limit is {LuaYaml.MaxBytes})");
        if (!Utf8.IsValid(text)) return new Error(ErrorKind.Internal, "cannot decode a text that is not UTF-8 as YAML");
        var top = stack.Top;
        try
        {
            var reader = new LuaYamlReader(stack, new Parser(new StringReader(Encoding.UTF8.GetString(text))));
            reader.Document();
            stack.Remove(reader._anchors);
            return null;
        }
        catch (YamlException problem)
        {
            stack.SetTop(top);
            return new Error(ErrorKind.Internal, $"cannot decode YAML, line {problem.Start.Line}, column {problem.Start.Column}: {problem.Message}");
        }
    }

    private void Document()
    {
        Next<StreamStart>();
        if (Next<ParsingEvent>() is StreamEnd)
        {
            _stack.PushNil();   // comments and spaces alone
            return;
        }
        Next<ParsingEvent>();
        Value(0);
        Next<DocumentEnd>();
        if (Next<ParsingEvent>() is not StreamEnd) throw Wrong("more than one document");
    }

    // Pushes the value which begins with the current event.
    private void Value(int depth)
    {
        if (++_values > LuaYaml.MaxValues) throw Wrong($"more than {LuaYaml.MaxValues} values");
        if (depth > LuaYaml.MaxDepth || !_stack.Reserve(6)) throw Wrong($"nested deeper than {LuaYaml.MaxDepth} levels");
        var current = _parser.Current!;
        switch (current)
        {
            case AnchorAlias alias:
                _stack.Push(alias.Value.Value);
                if (_stack.RawGet(_anchors) == LuaType.Nil) throw Wrong($"the alias *{alias.Value.Value} stands for nothing, or for what it is a part of");
                return;
            case Scalar scalar:
                Scalar(scalar);
                break;
            case SequenceStart:
                _stack.NewTable();
                for (var i = 1; Next<ParsingEvent>() is not SequenceEnd; i++)
                {
                    Value(depth + 1);
                    _stack.RawSet(-2, i);
                }
                break;
            default:
                Map(depth);
                break;
        }
        if (current is NodeEvent { Anchor: { IsEmpty: false } anchor })
        {
            _stack.Push(anchor.Value);
            _stack.PushValue(-2);
            _stack.RawSet(_anchors);
        }
    }

    private void Map(int depth)
    {
        _stack.NewTable();
        var isEmpty = true;
        while (Next<ParsingEvent>() is not MappingEnd)
        {
            isEmpty = false;
            if (_parser.Current is not YamlDotNet.Core.Events.Scalar) throw Wrong("expected a scalar as key, got a list, a map or an alias");
            Value(depth + 1);
            if (_stack.TypeOf(-1) == LuaType.Nil || (_stack.TypeOf(-1) == LuaType.Number && double.IsNaN(_stack.ToNumber(-1)))) throw Wrong("null and .nan cannot be keys");
            Next<ParsingEvent>();
            Value(depth + 1);
            _stack.RawSet(-3);
        }
        if (isEmpty) LuaEmptyMaps.Add(_stack);
    }

    private void Scalar(Scalar scalar)
    {
        var isText = scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag.Value == "tag:yaml.org,2002:str");
        switch (isText ? scalar.Value : YamlValues.Resolve(scalar.Value))
        {
            case null:
                _stack.PushNil();
                break;
            case bool flag:
                _stack.Push(flag);
                break;
            case long whole:
                _stack.Push(whole);
                break;
            case double number:
                _stack.Push(number);
                break;
            default:
                _stack.Push(scalar.Value);
                break;
        }
    }

    private T Next<T>()
        where T : ParsingEvent
    {
        do
        {
            if (!_parser.MoveNext()) throw new YamlException("the text ends too early");
        }
        while (_parser.Current is Comment);
        return (T)_parser.Current!;
    }

    private YamlException Wrong(string problem) => new(_parser.Current!.Start, _parser.Current.End, problem);
}
