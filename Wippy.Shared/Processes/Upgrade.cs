using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Processes;

/// <summary>
/// What a behaviour asks to become (reference: process §11). The process swaps it between two steps:
/// <code>
/// 1  it reports <see cref="Progress.Upgrade"/> and hands over its state and all mail it has not given to its program
/// 2  it is closed
/// 3  the program of the entry, as the registry has it now, makes another behaviour
/// 4  that one is initialised like that of a new process, with the mail handed over in front of all other
/// </code>
/// PID, names, monitors, links, host, actor, scope, context values and options belong to the process and stay. When 3 or 4
/// fails the process ends with an error. Operations under way are forgotten: their numbers are never used again.
/// </summary>
/// <param name="Entry">The entry to run from now on.</param>
/// <param name="Arguments">Of its method; owned by whoever has the upgrade.</param>
/// <param name="Undelivered">Messages and signals, in order of arrival, linked by <see cref="MailboxItem.Next"/>.</param>
internal sealed record Upgrade(EntryId Entry, Payload Arguments, MailboxItem? Undelivered);
