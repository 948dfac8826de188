using BenchmarkDotNet.Attributes;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;

namespace Wippy.Bench.Micro;

/// <summary>One message from its creation to its release, on one thread.</summary>
public class MailboxBenchmark
{
    private const int Batch = 100;

    private readonly Mailbox _mailbox = new(new MailboxLimits());
    private readonly Topic _topic = Topic.Of("ping");
    private readonly Pid _source = new("", "app:host", 1);
    private readonly byte[] _payload = new byte[32];

    [Benchmark(OperationsPerInvoke = Batch)]
    public void PostThenTake()
    {
        for (var i = 0; i < Batch; i++) _mailbox.TryPost(Message.Create(_source, _topic, _payload));
        var item = _mailbox.TakeAll();
        while (item is Message message)
        {
            item = message.Next;
            _mailbox.Consumed(message);
            message.Release();
        }
    }
}
