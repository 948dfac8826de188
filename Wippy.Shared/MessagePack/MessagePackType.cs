namespace Wippy.Shared.MessagePack;

/// <summary>The family of a value, as its first byte tells it.</summary>
internal enum MessagePackType : byte
{
    /// <summary>0xc1, which the format reserves; the reader refuses it.</summary>
    Unknown = 0,

    /// <summary>Any fixint, int or uint.</summary>
    Integer,

    /// <summary>nil.</summary>
    Nil,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>float32 or float64.</summary>
    Float,

    /// <summary>str: text by the specification, though its bytes need not be UTF-8.</summary>
    String,

    /// <summary>bin.</summary>
    Binary,

    /// <summary>array.</summary>
    Array,

    /// <summary>map.</summary>
    Map,

    /// <summary>ext, timestamps included.</summary>
    Extension,
}
