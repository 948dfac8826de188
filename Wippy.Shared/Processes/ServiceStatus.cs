using Wippy.Shared.Identity;

namespace Wippy.Shared.Processes;

/// <summary>How a service stands, as its supervisor sees it. Immutable.</summary>
/// <param name="Id">The service.</param>
/// <param name="Status">For example <c>running</c>.</param>
/// <param name="Desired">What the supervisor works towards: <c>running</c> or <c>stopped</c>.</param>
/// <param name="RetryCount">Failures in a row.</param>
/// <param name="LastUpdate">When the status was last changed.</param>
/// <param name="StartedAt">When its process was last started; null if it never was.</param>
/// <param name="Details">The last error, or null.</param>
internal sealed record ServiceStatus(EntryId Id, string Status, string Desired, int RetryCount, DateTimeOffset LastUpdate, DateTimeOffset? StartedAt, string? Details);
