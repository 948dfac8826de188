using Wippy.Shared.Processes;

namespace Wippy.Shared.Tests.Docs;

/// <summary>Adds up the numbers it is sent and answers each with the total.</summary>
internal sealed class Adder : NativeProcess
{
    public override async Task<object?> RunAsync(NativeContext process)
    {
        var total = process.Arguments is [long start] ? start : 0;
        while (true)
        {
            var message = await process.ReceiveAsync();
            if (message.Topic == "done") return total;
            if (message.Values is not [long number]) continue;
            total += number;
            process.Send(message.From, "total", total);
        }
    }
}
