using System.Runtime.CompilerServices;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Lua;

/// <summary>
/// Lua values to MessagePack and back, straight from and to the Lua stack. Tables whose keys are 1..n become arrays,
/// others maps; integers and floats keep their subtype; strings are bytes and become str. Error objects travel as the
/// extension <see cref="ErrorCode"/>. A table that occurs twice, itself included, is written once: the value is then
/// wrapped in the extension <see cref="GraphCode"/>, in which <see cref="ReferenceCode"/> names an earlier table by its
/// number in order of appearance. The format is docs/wire-format.md.
/// </summary>
internal static class LuaCodec
{
    /// <summary>Extension: an error object as <c>[kind, message, retryable, details, stack]</c>.</summary>
    public const sbyte ErrorCode = 1;

    /// <summary>Extension: a value in which <see cref="ReferenceCode"/> may occur.</summary>
    public const sbyte GraphCode = 2;

    /// <summary>Extension, inside a graph: the number of a table written before, counted from 0, as a big-endian uint32.</summary>
    public const sbyte ReferenceCode = 3;

    /// <summary>Tables inside tables, both ways.</summary>
    public const int MaxDepth = 100;

    /// <summary>Bytes of one message, about: as much as fits a frame between nodes.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>Writes values of a stack as one array.</summary>
    /// <param name="stack">Whose.</param>
    /// <param name="first">Index of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="buffer">Where to; what it held before stays in front.</param>
    /// <param name="objects">Whether channels and other objects become nil; otherwise they are refused.</param>
    /// <returns>Null, or why it cannot be sent, with the path to the value; the buffer is then as before.</returns>
    public static Error? Encode(LuaStack stack, int first, int count, ByteBuffer buffer, bool objects = true)
    {
        var start = buffer.WrittenCount;
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(count);
        for (var i = 0; i < count; i++)
        {
            if (EncodeArgument(stack.ValueAt(first + i), buffer, ref writer, objects) is not { } problem) continue;
            writer.Flush();
            buffer.Truncate(start);
            return problem.In($"argument {i + 1}");
        }
        writer.Flush();
        return null;
    }

    /// <summary>Writes one value; a payload wrapper stands for what it holds.</summary>
    public static Error? EncodeOne(LuaStack stack, int index, ByteBuffer buffer)
    {
        var start = buffer.WrittenCount;
        var writer = new MessagePackWriter(buffer);
        var problem = EncodeArgument(stack.ValueAt(index), buffer, ref writer, objects: true);
        writer.Flush();
        if (problem is not null) buffer.Truncate(start);
        return problem?.In("value");
    }

    /// <summary>Pushes the values of an array of arguments.</summary>
    /// <param name="stack">Where to.</param>
    /// <param name="payload">The array.</param>
    /// <param name="shapes">What maps of the process look like; null for unknown.</param>
    /// <returns>How many.</returns>
    /// <exception cref="MessagePackException">The bytes are not what <see cref="Encode"/> writes. What was pushed stays.</exception>
    public static int DecodeArguments(LuaStack stack, ReadOnlySpan<byte> payload, LuaShapes? shapes = null)
    {
        var reader = new MessagePackReader(payload);
        var count = reader.ReadArrayHeader();
        if (!stack.Reserve(count + 8)) throw new MessagePackException(0, "arguments that fit the Lua stack", $"{count} of them");
        for (var i = 0; i < count; i++) DecodeValue(stack, ref reader, MessagePackReader.DefaultMaxDepth, shapes);
        return count;
    }

    /// <summary>Pushes one value.</summary>
    /// <exception cref="MessagePackException">As <see cref="DecodeArguments"/>.</exception>
    public static void DecodeOne(LuaStack stack, ReadOnlySpan<byte> value)
    {
        var reader = new MessagePackReader(value);
        if (!stack.Reserve(8)) throw new MessagePackException(0, "a value that fits the Lua stack", "none left");
        DecodeValue(stack, ref reader, MessagePackReader.DefaultMaxDepth);
    }

    /// <summary>As <see cref="DecodeOne"/>, when nothing may follow the value.</summary>
    public static void DecodeWhole(LuaStack stack, ReadOnlySpan<byte> value)
    {
        var reader = new MessagePackReader(value);
        if (!stack.Reserve(8)) throw new MessagePackException(0, "a value that fits the Lua stack", "none left");
        DecodeValue(stack, ref reader, MessagePackReader.DefaultMaxDepth);
        if (reader.Consumed != value.Length) throw new MessagePackException(reader.Consumed, "the end", $"{value.Length - reader.Consumed} more bytes");
    }

    /// <summary>Pushes one value, or nil when the bytes, which a peer may have made, are malformed.</summary>
    public static void DecodeOneOrNil(LuaStack stack, ReadOnlySpan<byte> value)
    {
        var top = stack.Top;
        try
        {
            DecodeOne(stack, value);
        }
        catch (MessagePackException)
        {
            stack.SetTop(top);
            stack.PushNil();
        }
    }

    private const int MaxReserved = 4_096;

    // A payload wrapper stands for its value when it is an argument itself (reference: modules, payload).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Problem? EncodeArgument(LuaValue value, ByteBuffer buffer, ref MessagePackWriter writer, bool objects)
    {
        if (value.Type == LuaType.Userdata && value.Kind == LuaUserdataKind.Payload) value = value.UserValue(LuaPayload.Value);
        return EncodeValue(value, buffer, ref writer, depth: 0, objects);
    }

    // Sharing is known within one such value: an argument, a result, one of the values of an error object.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Problem? EncodeValue(LuaValue value, ByteBuffer buffer, ref MessagePackWriter writer, int depth, bool objects)
    {
        var encoder = new Encoder(objects);
        var start = buffer.WrittenCount + writer.Unflushed;
        var problem = encoder.Write(value, ref writer, depth);
        encoder.Release();
        if (problem is not null || !encoder.HasReferences) return problem;

        // Rare: only now is it known that the value must be wrapped, so move it behind the extension header.
        writer.Flush();
        var body = buffer.WrittenSpan[start..].ToArray();
        buffer.Truncate(start);
        writer.WriteExtensionFormat(GraphCode, body);
        return null;
    }

    // maxDepth is that of the reader: what extensions hold is read by readers of their own, which get what is left of it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void DecodeValue(LuaStack stack, ref MessagePackReader reader, int maxDepth, LuaShapes? shapes = null)
    {
        if (reader.NextMessagePackType != MessagePackType.Extension) new Decoder(null, maxDepth, shapes).Read(stack, ref reader);
        else DecodeExtension(stack, ref reader, maxDepth);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DecodeExtension(LuaStack stack, ref MessagePackReader reader, int maxDepth)
    {
        var depthLeft = maxDepth - reader.Depth;
        var extension = reader.ReadExtensionFormat();
        if (extension.TypeCode == GraphCode)
        {
            var inner = new MessagePackReader(extension.Data, depthLeft);
            new Decoder(new Graph(), depthLeft, null).Read(stack, ref inner);
        }
        else
        {
            Decoder.ReadExtension(stack, extension, null, depthLeft, reader.Consumed);
        }
    }

    private sealed class Problem(string text, ErrorKind kind = ErrorKind.Invalid)
    {
        private string _path = "";

        public Problem At(ReadOnlySpan<byte> key) => At(System.Text.Encoding.UTF8.GetString(key));

        public Problem At(string key)
        {
            _path = $".{key}{_path}";
            return this;
        }

        public Error In(string what) => new(kind, $"cannot send {text} ({what}{_path})");
    }

    private struct Encoder(bool objects)
    {
        private const int LargestKept = 1024;

        // Kept for the next value with tables inside tables; a value inside an error object, which is encoded meanwhile, makes its own.
        [ThreadStatic]
        private static Dictionary<nint, int>? t_spare;

        private long _left = MaxBytes;
        private nint _first;                        // the first table, number 0: most values have no other
        private Dictionary<nint, int>? _others;

        public bool HasReferences { get; private set; }

        /// <summary>Ends its work.</summary>
        public void Release()
        {
            if (_others is null || _others.Count > LargestKept) return;
            _others.Clear();
            t_spare = _others;
            _others = null;
        }

        private static Problem Unsendable(in LuaValue value) => new($"a {value.Kind.ToString().ToLowerInvariant()}");

        private static Problem TooDeep() => new($"tables nested deeper than {MaxDepth}");

        private static Problem TooLarge() => new($"more than {MaxBytes} bytes", ErrorKind.LimitExceeded);

        public Problem? Write(in LuaValue value, ref MessagePackWriter writer, int depth)
        {
            if (--_left < 0) return TooLarge();
            switch (value.Type)
            {
                case LuaType.Nil:
                    writer.WriteNil();
                    return null;
                case LuaType.Boolean:
                    writer.Write(value.Boolean);
                    return null;
                case LuaType.Number:
                    if (value.IsInteger) writer.Write(value.Integer);
                    else writer.Write(value.Number);
                    return null;
                case LuaType.String:
                    var text = value.Bytes;
                    if ((_left -= text.Length) < 0) return TooLarge();
                    writer.WriteString(text);
                    return null;
                case LuaType.Table:
                    return WriteTable(value.Table, ref writer, depth);
                case LuaType.Userdata when value.Kind == LuaUserdataKind.Error:
                    return WriteError(value, ref writer, depth);
                case LuaType.Userdata when !objects:
                    return Unsendable(value);
                case LuaType.Userdata:
                    writer.WriteNil();   // channels, payload wrappers, times mean nothing elsewhere (reference: process §4)
                    return null;
                case LuaType.Function:
                    return new Problem("a function");
                default:
                    return new Problem("a coroutine");
            }
        }

        private Problem? WriteTable(LuaTable table, ref MessagePackWriter writer, int depth)
        {
            if (depth >= MaxDepth) return TooDeep();
            if (LuaFrozen.TryContents(table, out var contents)) return WriteTable(contents, ref writer, depth);
            if (IsWritten(table.Address, out var number)) return WriteReference(number, ref writer);
            return table.CountFields() is var fields and > 0 ? WriteFields(table, fields, ref writer, depth) : WriteEntries(table, ref writer, depth);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private Problem? WriteReference(int number, ref MessagePackWriter writer)
        {
            HasReferences = true;
            var reference = new byte[4];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(reference, (uint)number);
            writer.WriteExtensionFormat(ReferenceCode, reference);
            return null;
        }

        // A sequence, or a table with keys of any kind.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private Problem? WriteEntries(LuaTable table, ref MessagePackWriter writer, int depth)
        {
            var count = Count(table, out var isSequence, out var oddKey);
            if (oddKey is not null) return new Problem($"a table with {oddKey} as key");
            if (isSequence) return WriteSequence(table, count, ref writer, depth);
            writer.WriteMapHeader(count);
            var entries = new LuaTable.Entries(table);
            while (entries.MoveNext())
            {
                var key = entries.Key;
                Write(key, ref writer, depth + 1);
                if (Write(entries.Value, ref writer, depth + 1) is { } problem) return problem.At(key.Type == LuaType.String ? key.Bytes : "?"u8);
            }
            return null;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Problem? WriteFields(LuaTable table, int count, ref MessagePackWriter writer, int depth)
        {
            writer.WriteMapHeader(count);
            for (nint node = 0; table.NextField(ref node, out var key, out var value);)
            {
                var name = key.Bytes;
                if ((_left -= name.Length + 1) < 0) return TooLarge();
                writer.WriteString(name);
                if (Write(value, ref writer, depth + 1) is { } problem) return problem.At(name);
            }
            return null;
        }

        private Problem? WriteSequence(LuaTable table, int count, ref MessagePackWriter writer, int depth)
        {
            writer.WriteArrayHeader(count);
            var rented = System.Buffers.ArrayPool<nint>.Shared.Rent(count);
            try
            {
                table.Sequence(rented);
                for (var i = 0; i < count; i++)
                {
                    if (Write(LuaValue.At(rented[i]), ref writer, depth + 1) is { } problem)
                    {
                        return problem.At((i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
                    }
                }
                return null;
            }
            finally
            {
                System.Buffers.ArrayPool<nint>.Shared.Return(rented);
            }
        }

        // A sequence has exactly the keys 1..n, in whatever order the table holds them.
        private static int Count(LuaTable table, out bool isSequence, out string? oddKey)
        {
            var count = 0;
            var largest = 0L;
            isSequence = true;
            oddKey = null;
            var entries = new LuaTable.Entries(table);
            while (entries.MoveNext())
            {
                count++;
                var key = entries.Key;
                switch (key.Type)
                {
                    case LuaType.Number when isSequence && key.IsInteger && key.Integer > 0:
                        largest = Math.Max(largest, key.Integer);
                        break;
                    case LuaType.Number or LuaType.String or LuaType.Boolean:
                        isSequence = false;
                        break;
                    default:
                        oddKey = $"a {key.Type.ToString().ToLowerInvariant()}";
                        return count;
                }
            }
            isSequence = isSequence && largest == count;
            return count;
        }

        private bool IsWritten(nint table, out int number)
        {
            number = 0;
            if (table == _first) return true;
            if (_first == 0)
            {
                _first = table;
                return false;
            }
            if (_others is null)
            {
                _others = t_spare ?? [];
                t_spare = null;
            }
            if (_others.TryGetValue(table, out number)) return true;
            _others.Add(table, _others.Count + 1);
            return false;
        }

        private Problem? WriteError(in LuaValue error, ref MessagePackWriter writer, int depth)
        {
            using var body = new ByteBuffer();
            var inner = new MessagePackWriter(body);
            inner.WriteArrayHeader(LuaErrors.ValueCount);
            for (var i = 1; i <= LuaErrors.ValueCount; i++)
            {
                if (EncodeValue(error.UserValue(i), body, ref inner, depth + 1, objects) is { } problem) return problem;
            }
            inner.Flush();
            writer.WriteExtensionFormat(ErrorCode, body.WrittenSpan);
            return null;
        }
    }

    // One Lua table holds every table of a graph by its number, so that references find them.
    private sealed class Graph
    {
        public int Index;
        public int Count;
    }

    private readonly struct Decoder(Graph? graph, int maxDepth, LuaShapes? shapes)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Read(LuaStack stack, ref MessagePackReader reader)
        {
            if (graph is null) ReadValue(stack, ref reader);
            else ReadGraph(stack, ref reader, graph);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void ReadGraph(LuaStack stack, ref MessagePackReader reader, Graph graph)
        {
            stack.NewTable();
            graph.Index = stack.Top;
            ReadValue(stack, ref reader);
            stack.Remove(graph.Index);
        }

        // Arrays, maps and extensions are methods of their own, so that a number or a text needs no room on the stack for what they need.
        private void ReadValue(LuaStack stack, ref MessagePackReader reader)
        {
            switch (reader.NextMessagePackType)
            {
                case MessagePackType.Nil:
                    reader.ReadNil();
                    stack.PushNil();
                    break;
                case MessagePackType.Boolean:
                    stack.Push(reader.ReadBoolean());
                    break;
                case MessagePackType.Integer when reader.NextCode == MessagePackCode.UInt64:   // Lua integers are signed: what does not fit becomes a float
                    var unsigned = reader.ReadUInt64();
                    if (unsigned <= long.MaxValue) stack.Push((long)unsigned);
                    else stack.Push((double)unsigned);
                    break;
                case MessagePackType.Integer:
                    stack.Push(reader.ReadInt64());
                    break;
                case MessagePackType.Float:
                    stack.Push(reader.ReadDouble());
                    break;
                case MessagePackType.String:
                    stack.Push(reader.ReadStringSpan());
                    break;
                case MessagePackType.Binary:
                    stack.Push(reader.ReadBytes());
                    break;
                case MessagePackType.Array:
                    ReadArray(stack, ref reader);
                    break;
                case MessagePackType.Map:
                    ReadMap(stack, ref reader);
                    break;
                default:
                    ReadExtension(stack, ref reader);
                    break;
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void ReadExtension(LuaStack stack, ref MessagePackReader reader)
        {
            var depthLeft = maxDepth - reader.Depth;
            ReadExtension(stack, reader.ReadExtensionFormat(), graph, depthLeft, reader.Consumed);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void ReadArray(LuaStack stack, ref MessagePackReader reader)
        {
            var count = reader.ReadArrayHeader();
            EnterTable(stack, count, 0, reader.Consumed);
            for (var i = 1; i <= count; i++)
            {
                ReadValue(stack, ref reader);
                stack.RawSet(-2, i);
            }
            reader.LeaveContainer();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void ReadMap(LuaStack stack, ref MessagePackReader reader)
        {
            var count = reader.ReadMapHeader();
            if (shapes is not null && LuaShapes.IsSmall(count))
            {
                ReadSmallMap(stack, ref reader, count, shapes);
            }
            else
            {
                EnterTable(stack, 0, count, reader.Consumed);
                ReadEntries(stack, ref reader, count);
            }
            reader.LeaveContainer();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void ReadSmallMap(LuaStack stack, ref MessagePackReader reader, int count, LuaShapes shapes)
        {
            var body = reader;
            var known = 0;
            if (shapes.Find(count, reader) is not { } shape)
            {
                EnterTable(stack, 0, count, reader.Consumed);
            }
            else
            {
                Reserve(stack, count + 6, reader.Consumed);
                for (; known < count && reader.TryRead(shape.Key(known)); known++) ReadValue(stack, ref reader);
                shape.Make(stack, known);
                if (known == count) return;
            }
            ReadEntries(stack, ref reader, count - known);
            shapes.Missed(stack, count, body);
        }

        // Into the table at the top.
        private void ReadEntries(LuaStack stack, ref MessagePackReader reader, int count)
        {
            for (var i = 0; i < count; i++)
            {
                var isText = reader.NextMessagePackType == MessagePackType.String;
                ReadValue(stack, ref reader);
                // A table cannot have these keys; a peer that sends them is broken or hostile.
                if (!isText && (stack.TypeOf(-1) == LuaType.Nil || (stack.TypeOf(-1) == LuaType.Number && double.IsNaN(stack.ToNumber(-1)))))
                {
                    throw new MessagePackException(reader.Consumed, "a map key", "nil or NaN");
                }
                ReadValue(stack, ref reader);
                stack.RawSet(-3);
            }
        }

        private void EnterTable(LuaStack stack, int array, int hash, int offset)
        {
            Reserve(stack, 6, offset);
            // A header of a few bytes must not reserve memory for what never comes.
            stack.NewTable(Math.Min(array, MaxReserved), Math.Min(hash, MaxReserved));
            if (graph is null) return;
            stack.PushValue(-1);
            stack.RawSet(graph.Index, graph.Count++);
        }

        private static void Reserve(LuaStack stack, int places, int offset)
        {
            if (!stack.Reserve(places)) throw new MessagePackException(offset, "a value that fits the Lua stack", "one nested too deep");
        }

        public static void ReadExtension(LuaStack stack, ExtensionResult extension, Graph? graph, int depthLeft, int offset)
        {
            switch (extension.TypeCode)
            {
                case ErrorCode:
                    ReadError(stack, extension.Data, depthLeft, offset);
                    break;
                case ReferenceCode when graph is not null && extension.Data.Length == 4:
                    var number = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(extension.Data);
                    if (stack.RawGet(graph.Index, number) != LuaType.Table)
                    {
                        throw new MessagePackException(offset, "a reference to an earlier table", $"number {number}");
                    }
                    break;
                default:
                    throw new MessagePackException(offset, "an extension this format knows", $"type {extension.TypeCode}");
            }
        }

        private static void ReadError(LuaStack stack, ReadOnlySpan<byte> data, int depthLeft, int offset)
        {
            var reader = new MessagePackReader(data, depthLeft);
            if (reader.ReadArrayHeader() != LuaErrors.ValueCount) throw new MessagePackException(offset, "an error of five values", "another number");
            if (!stack.Reserve(LuaErrors.ValueCount + 2)) throw new MessagePackException(offset, "a value that fits the Lua stack", "one nested too deep");
            var error = LuaErrors.Begin(stack);
            for (var i = 1; i <= LuaErrors.ValueCount; i++)
            {
                DecodeValue(stack, ref reader, depthLeft);
                stack.SetUserValue(error, i);
            }
        }
    }
}
