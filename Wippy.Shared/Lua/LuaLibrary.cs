using System.Text;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// A table of functions and constants which programs see as a global, or as the methods of a userdata. Built once per
/// operating-system process; in a state its members are filled in when they are first used, because most programs use
/// few (DESIGN §5, rule 4). They stand in a table behind the one that programs see, which stays empty: so it is read-only,
/// and no program can call the resolver.
/// <para>
/// A function is declared by its signature, which editors show: <c>find(text: string, n?: integer, ...): string!</c>. Types are those of
/// LuaLS annotations, <c>any</c> where there is none. A result that ends with <c>!</c> is nil when an error follows instead; one that
/// ends with <c>?</c> may be nil. A value is declared as <c>utc: time.Location</c>.
/// </para>
/// </summary>
/// <param name="name">How programs call it.</param>
internal sealed class LuaLibrary(string name)
{
    private static readonly List<LuaLibrary> All = [];
    private static readonly int Resolver = LuaCallbacks.Register(Resolve);
    private static readonly int ReadOnlyRefusal = LuaCallbacks.Register(
        static (_, stack) => LuaArguments.Fault(stack, "attempt to change a read-only table"), LuaReturns.Rest);

    private readonly Dictionary<string, LuaMember> _members = new(StringComparer.Ordinal);
    private readonly Action<LuaStack>? _value;
    private Action<LuaStack>? _pushCall;
    private int _number = -1;

    private LuaLibrary(string name, Action<LuaStack> value)
        : this(name) => _value = value;

    /// <summary>A module that is not a table but some other value.</summary>
    public static LuaLibrary OfValue(string name, Action<LuaStack> push) => new(name, push);

    public string Name => name;

    /// <summary>What it has, in the order of declaration.</summary>
    public IEnumerable<KeyValuePair<string, LuaMember>> Members => _members;

    /// <summary>A function that answers at once.</summary>
    public LuaLibrary Function(string member, LuaFunction function) => Add(member, function, LuaReturns.All);

    /// <summary>A function that may raise: its first result is what to raise, or nil, and is not seen by the caller.</summary>
    public LuaLibrary Checked(string member, LuaFunction function) => Add(member, function, LuaReturns.Rest);

    /// <summary>As <see cref="Checked"/>, with exactly two arguments, nil for what is not passed, and one result.</summary>
    public LuaLibrary Method(string member, LuaFunction function) => Add(member, function, LuaReturns.One);

    /// <summary>As <see cref="Checked"/>, with two results: a value and an error, of which one is nil.</summary>
    public LuaLibrary Fallible(string member, LuaFunction function) => Add(member, function, LuaReturns.Two);

    /// <summary>As <see cref="Checked"/>; its arguments arrive as strings, through <c>tostring</c>.</summary>
    public LuaLibrary Text(string member, LuaFunction function)
    {
        var number = LuaCallbacks.Register(function);
        return Add(member, stack =>
        {
            LuaCallbacks.Push(stack, number);
            LuaPrelude.Text.Wrap(stack);
        });
    }

    /// <summary>A call that may suspend the coroutine.</summary>
    public LuaLibrary Operation(string member, LuaOperation operation) => Add(member, LuaPrelude.Operation, operation);

    /// <summary>As <see cref="Operation"/>, faster, for a receive: one argument, and as results a value and whether there is one.</summary>
    /// <param name="member">Its name.</param>
    /// <param name="receive">The operation.</param>
    /// <param name="poll">Receives without waiting: the same results behind a nil; none when there is nothing; a fault where the program could not wait.</param>
    public LuaLibrary Receive(string member, LuaOperation receive, LuaFunction poll)
    {
        var number = LuaOperations.Register($"{name}.{NameOf(member)}", receive);
        var callback = LuaCallbacks.Register(poll, LuaReturns.Two);
        return Add(member, stack =>
        {
            if (LuaCallbacks.TryPushReceive(stack, number, callback)) return;
            LuaOperations.Push(stack, number);
            LuaCallbacks.Push(stack, callback);
            LuaPrelude.Receive.Wrap(stack, 2);
        });
    }

    /// <summary>A method that gives a value which a userdata holds.</summary>
    /// <param name="member">Its name.</param>
    /// <param name="kind">Of the userdata.</param>
    /// <param name="value">Number of the value in it.</param>
    public LuaLibrary Accessor(string member, LuaUserdataKind kind, int value)
    {
        var number = LuaCallbacks.RegisterAccessor(NameOf(member), kind, value);
        return Add(member, stack => LuaCallbacks.PushAccessor(stack, number));
    }

    /// <summary>A function of the native library; without a signature it is the one that every Lua has.</summary>
    public LuaLibrary Native(string member, nint function) => Add(member, stack => stack.PushNative(function));

    /// <summary>A member that is made when it is first used in a state.</summary>
    public LuaLibrary Made(string member, Action<LuaStack> push) => Add(member, push);

    public LuaLibrary Constant(string member, string value) => Add(member, new LuaMember(stack => stack.Push(value), Value: value));

    public LuaLibrary Constant(string member, long value) => Add(member, new LuaMember(stack => stack.Push(value), Value: value));

    public LuaLibrary Constant(string member, double value) => Add(member, new LuaMember(stack => stack.Push(value), Value: value));

    /// <summary>A library inside this one.</summary>
    public LuaLibrary Nested(string member, LuaLibrary library) => Add(member, new LuaMember(library.Push, Library: library));

    /// <summary>Makes the table itself callable: as <see cref="Checked"/>, with the table as first argument.</summary>
    public LuaLibrary Callable(LuaFunction function)
    {
        var number = LuaCallbacks.Register(function, LuaReturns.Rest);
        _pushCall = stack => LuaCallbacks.Push(stack, number);
        return this;
    }

    /// <summary>Pushes the table of this library, the same one each time in a state.</summary>
    public void Push(LuaStack stack)
    {
        var anchor = LuaAnchors.Library(Number());
        if (stack.PushAnchored(anchor) != LuaType.Nil) return;
        stack.Pop(1);
        if (_value is not null) _value(stack);
        else PushReadOnly(stack);
        stack.PushValue(-1);
        stack.Anchor(anchor);
    }

    /// <summary>Pushes the table that holds the members; never for a program to see.</summary>
    public void PushMembers(LuaStack stack)
    {
        var anchor = LuaAnchors.Members(Number());
        if (stack.PushAnchored(anchor) != LuaType.Nil) return;
        stack.Pop(1);
        stack.NewTable();
        stack.NewTable(0, 1);
        LuaCallbacks.Push(stack, Resolver, Number());
        stack.RawSetField(-2, "__index"u8);
        stack.SetMetatable(-2);
        stack.PushValue(-1);
        stack.Anchor(anchor);
    }

    /// <summary>Looks up the members with these names beforehand, and those of the libraries inside with these names. Leaves the stack as it was.</summary>
    public void Prepare(LuaStack stack, IReadOnlySet<string> names)
    {
        if (_value is not null) return;
        PushMembers(stack);
        var table = stack.Top;
        foreach (var (name, member) in _members)
        {
            if (!names.Contains(name)) continue;
            stack.Push(name);
            member.Push(stack);
            stack.RawSet(table);
        }
        stack.Pop(1);
        PrepareNested(stack, names);
    }

    /// <summary>As <see cref="Prepare"/>, for the libraries inside alone.</summary>
    public void PrepareNested(LuaStack stack, IReadOnlySet<string> names)
    {
        foreach (var (name, member) in _members)
        {
            if (names.Contains(name)) member.Library?.Prepare(stack, names);
        }
    }

    /// <summary>Sets every member in the table at the top.</summary>
    public void CopyTo(LuaStack stack)
    {
        foreach (var (name, member) in _members)
        {
            stack.Push(name);
            member.Push(stack);
            stack.RawSet(-3);
        }
    }

    private void PushReadOnly(LuaStack stack)
    {
        stack.NewTable();
        stack.NewTable(0, 3);
        PushMembers(stack);
        stack.RawSetField(-2, "__index"u8);
        PushReadOnlyRefusal(stack);
        stack.RawSetField(-2, "__newindex"u8);
        if (_pushCall is not null)
        {
            _pushCall(stack);
            stack.RawSetField(-2, "__call"u8);
        }
        stack.Push(false);
        stack.RawSetField(-2, "__metatable"u8);
        stack.SetMetatable(-2);
    }

    private static void PushReadOnlyRefusal(LuaStack stack)
    {
        if (stack.PushAnchored(LuaAnchors.ReadOnly) != LuaType.Nil) return;
        stack.Pop(1);
        LuaCallbacks.Push(stack, ReadOnlyRefusal);
        stack.PushValue(-1);
        stack.Anchor(LuaAnchors.ReadOnly);
    }

    /// <summary>Pushes a member.</summary>
    /// <returns>False, with nothing pushed, when there is none of that name.</returns>
    public bool TryPushMember(LuaStack stack, ReadOnlySpan<byte> member)
    {
        Span<char> text = stackalloc char[64];
        if (member.Length > text.Length) return false;
        var length = Encoding.UTF8.GetChars(member, text);
        if (!_members.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..length], out var found)) return false;
        found.Push(stack);
        return true;
    }

    /// <summary>Pushes the member that the value at an index names, the same one each time in a state.</summary>
    /// <returns>False, with nothing pushed, when there is none of that name.</returns>
    public bool TryPushCached(LuaStack stack, int name)
    {
        PushMembers(stack);
        stack.PushValue(name);
        var isThere = stack.RawGet(-2) != LuaType.Nil;
        if (!isThere)
        {
            stack.Pop(1);
            isThere = TryResolve(stack, stack.Top, name);
        }
        if (isThere) stack.Remove(-2);
        else stack.Pop(1);
        return isThere;
    }

    // __index of a table of members: (table, name).
    private static int Resolve(LuaBehavior behavior, LuaStack stack)
    {
        var library = All[(int)LuaCallbacks.Upvalue(stack)];
        if (!library.TryResolve(stack, 1, 2)) stack.PushNil();
        return 1;
    }

    // Found members stay in the table.
    private bool TryResolve(LuaStack stack, int table, int name)
    {
        if (stack.TypeOf(name) != LuaType.String || !TryPushMember(stack, stack.ToBytes(name))) return false;
        stack.PushValue(name);
        stack.PushValue(-2);
        stack.RawSet(table);
        return true;
    }

    private int Number()
    {
        if (_number >= 0) return _number;
        lock (All)
        {
            if (_number >= 0) return _number;
            All.Add(this);
            return _number = All.Count - 1;
        }
    }

    private LuaLibrary Add(string member, LuaPrelude wrapper, LuaOperation operation)
    {
        var number = LuaOperations.Register($"{name}.{NameOf(member)}", operation);
        return Add(member, stack =>
        {
            LuaOperations.Push(stack, number);
            wrapper.Wrap(stack);
        });
    }

    private LuaLibrary Add(string member, LuaFunction function, LuaReturns returns)
    {
        var number = LuaCallbacks.Register(function, returns);
        return Add(member, stack => LuaCallbacks.Push(stack, number));
    }

    private LuaLibrary Add(string member, Action<LuaStack> push)
    {
        var memberName = NameOf(member);
        return Add(memberName, new LuaMember(push, memberName.Length == member.Length ? null : member[memberName.Length..]));
    }

    private LuaLibrary Add(string memberName, LuaMember member)
    {
        _members.Add(memberName, member);
        return this;
    }

    private static string NameOf(string member) => member.AsSpan().IndexOfAny('(', ':') is var end and >= 0 ? member[..end] : member;
}
