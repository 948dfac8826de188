namespace Wippy.Shared.MessagePack;

/// <summary>What precedes the data of an ext value.</summary>
/// <param name="TypeCode">0 to 127 belong to the application, negative ones to the specification (-1 is a timestamp).</param>
/// <param name="Length">Bytes of data that follow; zero or more.</param>
internal readonly record struct ExtensionHeader(sbyte TypeCode, int Length);
