namespace Wippy.Shared.Errors;

/// <summary>
/// The closed list of expected failures. The same kinds are used in C#, on the wire and in Lua, where
/// <see cref="ErrorKinds.ToText"/> gives the string that <c>err:kind()</c> returns.
/// </summary>
public enum ErrorKind : byte
{
    /// <summary>No kind given; the empty string in Lua.</summary>
    Unknown = 0,

    /// <summary>An argument or entry is malformed.</summary>
    Invalid = 1,

    /// <summary>The thing named does not exist.</summary>
    NotFound = 2,

    /// <summary>The thing named exists already.</summary>
    AlreadyExists = 3,

    /// <summary>A policy refused.</summary>
    PermissionDenied = 4,

    /// <summary>Not now: stopping, disconnected or full. Trying again later may help.</summary>
    Unavailable = 5,

    /// <summary>A failure inside the callee.</summary>
    Internal = 6,

    /// <summary>The caller gave up.</summary>
    Canceled = 7,

    /// <summary>The thing changed in the meantime.</summary>
    Conflict = 8,

    /// <summary>No answer in time.</summary>
    Timeout = 9,

    /// <summary>Too many requests.</summary>
    RateLimited = 10,

    /// <summary>A configured limit was reached; the message names it.</summary>
    LimitExceeded = 11,

    /// <summary>The thing is in a state that does not allow this.</summary>
    InvalidState = 12,

    /// <summary>The process was terminated.</summary>
    Terminated = 13,

    /// <summary>The process has ended.</summary>
    Exited = 14,

    /// <summary>Valid once, no longer.</summary>
    Expired = 15,

    /// <summary>Withdrawn.</summary>
    Revoked = 16,
}

/// <summary>Text form of <see cref="ErrorKind"/>, as Lua programs see it.</summary>
public static class ErrorKinds
{
    /// <summary>The string of a kind: its name, or <c>""</c> for <see cref="ErrorKind.Unknown"/>.</summary>
    public static string ToText(this ErrorKind kind) => kind == ErrorKind.Unknown ? "" : kind.ToString();

    /// <summary>The kind of a string; <see cref="ErrorKind.Unknown"/> for any string that names none.</summary>
    public static ErrorKind Parse(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && Enum.TryParse<ErrorKind>(text, out var kind) ? kind : ErrorKind.Unknown;
}
