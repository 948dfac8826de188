using Wippy.Shared.Errors;

namespace Wippy.Shared.Messaging;

/// <summary>
/// The end of an operation which the owner of the mailbox started and which ran elsewhere: a timer, a spawn, a
/// request to another node. Never refused for lack of room.
/// </summary>
/// <param name="operation">The number under which the owner keeps the operation.</param>
/// <param name="value">Its result; what it is, only the owner knows.</param>
/// <param name="error">Why it failed, or null.</param>
internal sealed class Completion(long operation, object? value, Error? error) : MailboxItem
{
    public long Operation => operation;

    public object? Value => value;

    public Error? Error => error;
}
