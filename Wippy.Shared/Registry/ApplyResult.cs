using Wippy.Shared.Errors;

namespace Wippy.Shared.Registry;

/// <summary>What became of a change.</summary>
/// <param name="Version">The version that is current now; null when nothing was changed.</param>
/// <param name="Error">Why nothing was changed; its message has a line for each problem.</param>
/// <param name="Warnings">About the entries changed; they do not prevent anything.</param>
internal sealed record ApplyResult(Snapshot? Version, Error? Error, IReadOnlyList<Problem> Warnings)
{
    public static ApplyResult Refused(Error error) => new(null, error, []);
}
