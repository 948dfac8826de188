using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Tests.Processes;

public class NameTableTests
{
    private static readonly Pid User = new("", "app:user", 1);
    private static readonly Pid OtherUser = new("", "app:user", 2);
    private static readonly Pid System = new("", "app:system", 3);
    private static readonly Pid Terminal = new("", "app:terminal", 4);

    private readonly List<(string Name, Pid? Pid)> _changes = [];
    private readonly NameTable _names;

    public NameTableTests() => _names = new NameTable(ZoneOf, holds: null, (name, pid) => _changes.Add((name, pid)));

    [Fact]
    public void Register_FreeName_AddressesTheProcess()
    {
        Assert.Null(Register("a", User));
        Assert.Null(Register("a", User));
        Assert.True(_names.TryLookup("a", out var pid));
        Assert.Equal(User, pid);
        Assert.Equal([("a", (Pid?)User)], _changes);
        Assert.False(_names.TryLookup("A", out _));
    }

    [Fact]
    public void Register_HeldByAnother_AlreadyExists()
    {
        Register("a", User);
        Assert.Equal(ErrorKind.AlreadyExists, Register("a", OtherUser)!.Kind);
        Assert.Equal(ErrorKind.AlreadyExists, Register("a", System)!.Kind);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Register_NameOnceHeldByATrustedProcess_IsRefusedToTheUserZoneForGood(int holder)
    {
        var trusted = holder == 3 ? System : Terminal;
        Register("a", trusted);
        _names.ReleaseAll(trusted);
        Assert.Equal(ErrorKind.PermissionDenied, Register("a", User)!.Kind);
        Assert.Null(Register("a", Terminal));
    }

    [Fact]
    public void Unregister_ByOwnerRegistrarOrMoreTrustedZone_Frees()
    {
        Register("own", User);
        Assert.Equal((true, null), Unregister("own", User));
        Register("given", OtherUser, caller: User);
        Assert.Equal((true, null), Unregister("given", User));
        Register("user's", User);
        Assert.Equal((true, null), Unregister("user's", System));
        Assert.Equal((false, null), Unregister("nobody's", User));
    }

    [Fact]
    public void Unregister_ByAnyoneElse_PermissionDenied()
    {
        Register("a", User);
        Register("b", System);
        Assert.Equal(ErrorKind.PermissionDenied, Unregister("a", OtherUser).Error!.Kind);
        Assert.Equal(ErrorKind.PermissionDenied, Unregister("b", User).Error!.Kind);
        Assert.Equal(ErrorKind.PermissionDenied, Unregister("b", Terminal).Error!.Kind);
        Assert.True(_names.TryLookup("a", out _));
    }

    [Fact]
    public void ReleaseAll_SeveralNames_FreesThoseOfThatProcessOnly()
    {
        Register("a", User);
        Register("b", User);
        Register("c", OtherUser);
        Unregister("a", User);
        _changes.Clear();
        _names.ReleaseAll(User);
        _names.ReleaseAll(User);
        Assert.Equal([("b", (Pid?)null)], _changes);
        Assert.True(_names.TryLookup("c", out _));
        Assert.Null(Register("b", OtherUser));
    }

    [Fact]
    public void ReleaseNode_NodeIsLost_FreesTheNamesOfItsProcesses()
    {
        Register("there", new Pid("mars", "app:user", 1));
        Register("here", User);
        _names.ReleaseNode("mars");
        Assert.False(_names.TryLookup("there", out _));
        Assert.True(_names.TryLookup("here", out _));
        _names.Snapshot(all => Assert.Equal([("here", User)], all));
    }

    [Fact]
    public void Register_Race_HasOneWinner()
    {
        for (var round = 0; round < 200; round++)
        {
            var names = new NameTable(ZoneOf);
            var winners = 0;
            using var start = new Barrier(4);
            var threads = Enumerable.Range(1, 4).Select(n => new Thread(() =>
            {
                var pid = new Pid("", "app:user", (ulong)n);
                start.SignalAndWait();
                names.Register("a", pid, new NameCaller(pid, Zone.User), error =>
                {
                    if (error is null) Interlocked.Increment(ref winners);
                });
            })).ToArray();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            Assert.Equal(1, winners);
        }
    }

    private static Zone ZoneOf(Pid pid) => pid.Host switch { "app:system" => Zone.System, "app:terminal" => Zone.Terminal, _ => Zone.User };

    private Error? Register(string name, Pid pid, Pid? caller = null)
    {
        Error? result = null;
        var by = caller ?? pid;
        _names.Register(name, pid, new NameCaller(by, ZoneOf(by)), error => result = error);
        return result;
    }

    private (bool Found, Error? Error) Unregister(string name, Pid caller)
    {
        (bool, Error?) result = default;
        _names.Unregister(name, new NameCaller(caller, ZoneOf(caller)), (found, error) => result = (found, error));
        return result;
    }
}
