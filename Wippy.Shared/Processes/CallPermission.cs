using Wippy.Shared.Errors;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Processes;

/// <summary>What is settled before a function call begins (reference: modules, funcs; security §7).</summary>
internal static class CallPermission
{
    /// <summary>Asks for a call.</summary>
    /// <param name="process">Who wants to.</param>
    /// <param name="id">The function as the caller names it.</param>
    /// <param name="function">Its entry.</param>
    /// <returns>Null when it may begin.</returns>
    public static Error? RefusalOf(Process process, string id, out EntryId function)
    {
        function = EntryId.None;
        if (id.Length == 0) return Invalid("function ID required");
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0) return Invalid("namespace required in function ID");
        if (colon == id.Length - 1) return Invalid("name required in function ID");
        if (!EntryId.TryParse(id, out var parsed)) return new Error(ErrorKind.NotFound, "no handler registered for target");
        function = parsed;
        if (process.ActsFreely || process.Permits("funcs.call", id, process.RequestAttributes)) return null;
        return new Error(ErrorKind.PermissionDenied, $"not allowed: {id}");
    }

    private static Error Invalid(string message) => new(ErrorKind.Invalid, message);
}
