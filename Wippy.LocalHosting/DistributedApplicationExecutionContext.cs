namespace Aspire.Hosting;

/// <summary>How the AppHost runs: always to run the application here, never to publish a description of it.</summary>
public class DistributedApplicationExecutionContext
{
    internal DistributedApplicationExecutionContext()
    {
    }

    /// <summary>True.</summary>
    public bool IsRunMode => true;

    /// <summary>False.</summary>
    public bool IsPublishMode => false;
}
