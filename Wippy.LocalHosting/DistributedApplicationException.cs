namespace Aspire.Hosting;

/// <summary>The application cannot be described or run as asked.</summary>
public class DistributedApplicationException(string message) : Exception(message);
