using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Types;

/// <summary>
/// Checks one value on a Lua stack against a type (reference: lua-environment §5.4). Tables are read without metamethods
/// but through <c>__index</c> tables, as methods of objects are; a table that contains itself is valid if the rest is.
/// </summary>
internal sealed class TypeValidator(LuaBehavior behavior, LuaStack stack)
{
    /// <summary>Types and tables inside one another.</summary>
    public const int MaxDepth = 200;

    /// <summary>Values looked at. No hook can interrupt a check, and shared tables can make a small value endless.</summary>
    public const int MaxParts = 1_000_000;

    // Classes above one another.
    private const int MaxIndexTables = 100;

    // Bytes of a string that a pattern gets through in about the time of one part.
    private const int PatternBytesPerPart = 16;

    private static readonly string TooLarge = $"the value has more than {MaxParts} parts";

    private readonly List<(nint Table, TypeDescriptor Type)> _open = [];
    private string _path = "";
    private string _problem = "";
    private int _depth;
    private int _parts;
    private int _alternatives;   // unions around the value, of which another member may fit
    private bool _gaveUp;

    // Whether a problem found now is the one to report.
    private bool IsWanted => _alternatives == 0 && !_gaveUp;

    /// <summary>Checks a value.</summary>
    /// <returns>Null if it is of the type, else which part of it is not, and why.</returns>
    public string? Check(TypeDescriptor type, int value)
    {
        if (IsValid(type, stack.Absolute(value))) return null;
        if (_path.Length == 0) return _problem;
        return _path[0] == '[' ? $"element {_path} {_problem}" : $"field '{_path[1..]}' {_problem}";
    }

    private bool IsValid(TypeDescriptor type, int value)
    {
        if (++_parts > MaxParts) return GiveUp(TooLarge);
        if (_depth == MaxDepth || !stack.Reserve(8)) return GiveUp($"more than {MaxDepth} levels inside one another");
        _depth++;
        var isValid = type switch
        {
            PrimitiveType primitive => primitive.Accepts(stack, value) || Mismatch(type, value),
            AliasType alias => IsValid(alias.Target, value),
            ImportedType imported => IsImported(imported, value),
            LiteralType literal => IsLiteral(literal, value),
            OptionalType optional => stack.IsNoneOrNil(value) || IsValid(optional.Inner, value),
            UnionType union => IsMember(union, value),
            IntersectionType intersection => intersection.Members.All(member => IsValid(member, value)),
            AnnotatedType annotated => IsValid(annotated.Inner, value) && Keeps(annotated.Rule, value),
            FunctionType => stack.TypeOf(value) == LuaType.Function || Mismatch(type, value),
            _ => IsTable(type, value),
        };
        _depth--;
        return isValid;
    }

    // A library's type, or the objects of a module, such as time.Duration; what is neither may be anything.
    private bool IsImported(ImportedType imported, int value)
    {
        if (TypeValues.Find(behavior, stack, imported) is { } found) return IsValid(found, value);
        var kind = LuaTypes.KindOf(imported.Name);
        return kind == LuaUserdataKind.None || stack.UserdataKind(value) == kind || Mismatch(imported, value);
    }

    private bool IsLiteral(LiteralType literal, int value) => (literal.Value switch
    {
        bool expected => stack.TypeOf(value) == LuaType.Boolean && stack.ToBoolean(value) == expected,
        long expected when stack.IsInteger(value) => stack.ToInteger(value) == expected,
        long expected => stack.TypeOf(value) == LuaType.Number && stack.ToNumber(value) == expected,
        double expected => stack.TypeOf(value) == LuaType.Number && stack.ToNumber(value) == expected,
        _ => stack.TypeOf(value) == LuaType.String && stack.ToBytes(value).SequenceEqual(literal.Bytes),
    }) || Mismatch(literal, value);

    private bool IsMember(UnionType union, int value)
    {
        _alternatives++;
        foreach (var member in union.Members)
        {
            if (!IsValid(member, value) && !_gaveUp) continue;
            _alternatives--;
            return !_gaveUp;
        }
        _alternatives--;
        return Mismatch(union, value);
    }

    private bool IsTable(TypeDescriptor type, int value)
    {
        if (stack.TypeOf(value) != LuaType.Table) return Mismatch(type, value);
        var table = stack.ToPointer(value);
        foreach (var open in _open)
        {
            if (open.Table == table && ReferenceEquals(open.Type, type)) return true;
        }
        _open.Add((table, type));
        var top = stack.Top;
        if (LuaFrozen.TryPushContents(stack, value)) value = stack.Top;
        var isValid = type switch
        {
            ArrayType array => AreElements(array.Element, value),
            MapType map => ArePairs(map, value),
            _ => AreFields((RecordType)type, value),
        };
        stack.SetTop(top);
        _open.RemoveAt(_open.Count - 1);
        return isValid;
    }

    private bool AreElements(TypeDescriptor element, int table)
    {
        var length = stack.RawLength(table);
        for (long i = 1; i <= length; i++)
        {
            stack.RawGet(table, i);
            if (!IsValid(element, stack.Top)) return At($"[{i}]");
            stack.Pop(1);
        }
        return true;
    }

    private bool ArePairs(MapType map, int table)
    {
        stack.PushNil();
        while (stack.Next(table))
        {
            var value = stack.Top;
            if (!IsValid(map.Key, value - 1))
            {
                if (IsWanted) _problem = $"as a key: {_problem}";
                return At(KeyText(value - 1));
            }
            if (!IsValid(map.Value, value)) return At(KeyText(value - 1));
            stack.Pop(1);
        }
        return true;
    }

    private bool AreFields(RecordType record, int table)
    {
        foreach (var field in record.Fields)
        {
            PushField(table, field.Utf8);
            if (!IsValid(field.Type, stack.Top))
            {
                if (stack.IsNoneOrNil(stack.Top) && IsWanted) _problem = $"is missing, expected {field.Type}";
                return At($".{field.Name}");
            }
            stack.Pop(1);
        }
        return true;
    }

    // As a program would read it, as long as that runs no code.
    private void PushField(int table, ReadOnlySpan<byte> name)
    {
        stack.PushValue(table);
        for (var i = 0; i < MaxIndexTables; i++)
        {
            var isThere = stack.RawGetField(-1, name) != LuaType.Nil;
            if (isThere || !stack.PushMetatable(-2))
            {
                stack.Remove(-2);
                return;
            }
            if (stack.RawGetField(-1, "__index"u8) != LuaType.Table)
            {
                stack.Pop(2);
                stack.Remove(-2);
                return;
            }
            // Table, nil, metatable, next table: only the last is of use.
            stack.Insert(-4);
            stack.Pop(3);
        }
        stack.Pop(1);
        stack.PushNil();
    }

    private bool Keeps(TypeRule rule, int value)
    {
        if (rule is PatternRule && stack.TypeOf(value) == LuaType.String)
        {
            _parts += (int)Math.Min(stack.RawLength(value) / PatternBytesPerPart, MaxParts);
            if (_parts > MaxParts) return GiveUp(TooLarge);
        }
        if (rule.Problem(stack, value) is not { } problem) return true;
        if (IsWanted) _problem = problem;
        return false;
    }

    private bool Mismatch(TypeDescriptor expected, int value)
    {
        if (IsWanted) _problem = $"expected {expected}, got {Shown(value, expected is LiteralType or UnionType)}";
        return false;
    }

    private string Shown(int value, bool asValue)
    {
        var type = stack.TypeOf(value);
        if (!asValue || type is not (LuaType.String or LuaType.Number or LuaType.Boolean)) return LuaArguments.TypeName(stack, value);
        var text = TokenReader.Quote(stack.PushPlainText(value));
        stack.Pop(1);
        return type == LuaType.String ? text : text.Trim('\'');
    }

    private string KeyText(int key)
    {
        var text = TokenReader.Quote(stack.PushPlainText(key));
        stack.Pop(1);
        return stack.TypeOf(key) == LuaType.String ? $"[{text}]" : $"[{text.Trim('\'')}]";
    }

    private bool GiveUp(string why)
    {
        if (!_gaveUp) _problem = $"cannot be checked: {why}";
        _gaveUp = true;
        return false;
    }

    // Names the way to the wrong part, from the inside out.
    private bool At(string part)
    {
        if (_alternatives == 0) _path = part + _path;
        return false;
    }
}
