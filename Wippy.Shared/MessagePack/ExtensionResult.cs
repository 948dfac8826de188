namespace Wippy.Shared.MessagePack;

/// <summary>An ext value that was read; the data is a slice of the reader's input.</summary>
internal readonly ref struct ExtensionResult(sbyte typeCode, ReadOnlySpan<byte> data)
{
    /// <summary>0 to 127 belong to the application, negative ones to the specification (-1 is a timestamp).</summary>
    public sbyte TypeCode { get; } = typeCode;

    /// <summary>The data without its header.</summary>
    public ReadOnlySpan<byte> Data { get; } = data;
}
