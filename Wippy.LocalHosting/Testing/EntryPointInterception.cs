using System.Reflection;

namespace Aspire.Hosting.Testing;

/// <summary>
/// Runs an AppHost's entry point on a thread of its own for a test: 1. the builder it creates is made for tests; 2. its
/// <c>Build()</c> hands it to the test, everything described, and waits until the test builds; 3. the application goes to the
/// test, and an exception ends the entry point before it can run it.
/// </summary>
internal sealed class EntryPointInterception
{
    private static readonly AsyncLocal<EntryPointInterception?> Ambient = new();

    private readonly Assembly _assembly;
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _builder = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _buildRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _application = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Action<DistributedApplicationOptions> _configure;

    private EntryPointInterception(Assembly assembly, Action<DistributedApplicationOptions> configure)
    {
        _assembly = assembly;
        _configure = configure;
    }

    /// <summary>The interception that the calling code runs in; null = an ordinary run.</summary>
    public static EntryPointInterception? Current => Ambient.Value;

    public static Task<DistributedApplicationBuilder> RunAsync(
        Assembly assembly, string[] args, Action<DistributedApplicationOptions> configure, CancellationToken cancellationToken)
    {
        var interception = new EntryPointInterception(assembly, configure);
        var entryPoint = assembly.EntryPoint ?? throw new InvalidOperationException($"The assembly {assembly.GetName().Name} has no entry point.");
        new Thread(() => interception.Run(entryPoint, args)) { IsBackground = true, Name = $"{assembly.GetName().Name} under test" }.Start();
        return interception._builder.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Step 1: the options of the entry point, for its own assembly instead of the test's.</summary>
    public DistributedApplicationOptions Complete(DistributedApplicationOptions options)
    {
        var complete = new DistributedApplicationOptions { Args = options.Args, AssemblyName = _assembly.FullName, DisableDashboard = true };
        _configure(complete);
        return complete;
    }

    /// <summary>Step 2, on the entry point's thread.</summary>
    public void HandOver(DistributedApplicationBuilder builder)
    {
        _builder.TrySetResult(builder);
        _buildRequested.Task.GetAwaiter().GetResult();
    }

    /// <summary>Step 3, on the entry point's thread.</summary>
    public void Built(DistributedApplication application)
    {
        _application.SetResult(application);
        throw new EntryPointEndException();
    }

    /// <summary>The test builds.</summary>
    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _buildRequested.TrySetResult();
        return _application.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The test will not build.</summary>
    public void Abandon() => _buildRequested.TrySetException(new EntryPointEndException());

    private void Run(MethodInfo entryPoint, string[] args)
    {
        Ambient.Value = this;
        Exception failure;
        try
        {
            entryPoint.Invoke(null, entryPoint.GetParameters().Length == 0 ? null : [args]);
            failure = new InvalidOperationException($"The entry point of {_assembly.GetName().Name} ended without building an application.");
        }
        catch (TargetInvocationException e)
        {
            failure = e.InnerException!;
        }
        _builder.TrySetException(failure);
        _application.TrySetException(failure);
    }

    /// <summary>Ends an entry point that has done its part.</summary>
    private sealed class EntryPointEndException() : Exception("The entry point runs under test and ends here.");
}
