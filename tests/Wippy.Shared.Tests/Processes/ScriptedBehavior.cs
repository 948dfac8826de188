using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Processes;

/// <summary>A behaviour whose answers a test gives. Without more it initialises at once and waits for ever.</summary>
internal sealed class ScriptedBehavior(Process process, Payload arguments) : IBehavior
{
    public Process Process => process;

    /// <summary>What <see cref="IBehavior.Initialise"/> does.</summary>
    public Func<ScriptedBehavior, Progress> OnInitialise { get; set; } = static _ => Progress.Ready;

    /// <summary>What <see cref="IBehavior.Step"/> does.</summary>
    public Func<ScriptedBehavior, Progress> OnStep { get; set; } = static self =>
    {
        self.TakeMail();
        return Progress.Idle;
    };

    /// <summary>What it took from its mailbox, in order.</summary>
    public List<MailboxItem> Received { get; } = [];

    public ExitResult Result { get; set; } = ExitResult.Normal;

    public int Closed { get; private set; }

    /// <summary>What it asks to become when it reports <see cref="Progress.Upgrade"/>.</summary>
    public Upgrade? Upgrade { get; set; }

    public Upgrade TakeUpgrade() => Upgrade ?? throw new InvalidOperationException("the test has not said what it becomes");

    public Progress Initialise() => OnInitialise(this);

    public Progress Step() => OnStep(this);

    public void Close()
    {
        arguments.Return();
        Closed++;
    }

    public void TakeMail()
    {
        for (var item = process.TakeMail(); item is not null; item = item.Next) Received.Add(item);
    }
}

/// <summary>A node whose entries <c>app:NAME</c> all run scripted behaviours.</summary>
internal sealed class ScriptedNode : IProgramSource, IDisposable
{
    private readonly List<ScriptedBehavior> _behaviors = [];

    public ScriptedNode(int? seed = null, params Wippy.Shared.Registry.Entry[] entries)
    {
        Test = new TestNode(entries, seed);
        Test.Node.Programs = this;
    }

    public TestNode Test { get; }

    public Node Node => Test.Node;

    /// <summary>Prepares every behaviour made from now on.</summary>
    public Action<ScriptedBehavior> Script { get; set; } = static _ => { };

    /// <summary>Starts a process and runs until nothing moves.</summary>
    public ScriptedBehavior Spawn(string host = "user", Pid parent = default, bool monitor = false, bool link = false)
    {
        Start(host, parent, monitor, link);
        Test.Scheduler.RunUntilIdle();
        return _behaviors[^1];
    }

    /// <summary>Queues a process.</summary>
    /// <returns>What it is told: PID or error, each time.</returns>
    public List<(Pid Pid, Error? Error)> Start(string host = "user", Pid parent = default, bool monitor = false, bool link = false, string entry = "any")
    {
        var replies = new List<(Pid, Error?)>();
        Node.Router.Spawn(
            new SpawnRequest
            {
                Entry = new EntryId("app", entry),
                Host = new EntryId("app", host),
                Parent = parent,
                Monitor = monitor,
                Link = link,
                Reply = (pid, error) => replies.Add((pid, error)),
            },
            null);
        return replies;
    }

    /// <summary>Does an ask in the name of a process and gives the answer.</summary>
    public Error? Perform(AskKind kind, ScriptedBehavior from, in Pid to, string reason = "")
    {
        Error? result = null;
        var answers = 0;
        Node.Router.Perform(from.Process, new Ask(kind, from.Process.Pid, to, reason), to.ToString(), error =>
        {
            result = error;
            answers++;
        });
        Assert.Equal(1, answers);
        return result;
    }

    public IProgram? Find(EntryId id, out Error? error)
    {
        error = null;
        return new Program(id, this);
    }

    public void Dispose() => Test.Dispose();

    private sealed record Program(EntryId Id, ScriptedNode Owner) : IProgram
    {
        public IBehavior CreateBehavior(Process process, Payload arguments)
        {
            var behavior = new ScriptedBehavior(process, arguments);
            Owner.Script(behavior);
            Owner._behaviors.Add(behavior);
            return behavior;
        }
    }
}
