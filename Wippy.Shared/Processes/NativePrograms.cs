using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Processes;

/// <summary>Finds the programs of <c>process.native</c> entries. Any thread.</summary>
internal sealed class NativePrograms(EntryRegistry registry, NativeProcesses natives) : IProgramSource
{
    /// <inheritdoc/>
    public IProgram? Find(EntryId id, out Error? error)
    {
        if (!registry.Current.TryGetProcess(id, out var spec) || spec is not NativeProcessSpec native)
        {
            error = new Error(ErrorKind.NotFound, "factory not found");
            return null;
        }
        if (!natives.TryGet(native.ClassName, out var create))
        {
            error = new Error(ErrorKind.NotFound, $"{id}: this service has no native process '{native.ClassName}' (it has: {natives.Names})");
            return null;
        }
        error = null;
        return new NativeProgram(id, create);
    }

    private sealed record NativeProgram(EntryId Id, Func<NativeProcess> Create) : IProgram
    {
        public IBehavior CreateBehavior(Process process, Payload arguments) => new NativeBehavior(process, Create, arguments);
    }
}
