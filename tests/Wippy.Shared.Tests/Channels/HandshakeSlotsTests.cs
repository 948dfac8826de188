using Wippy.Shared.Channels;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Tests.Channels;

public class HandshakeSlotsTests
{
    private readonly HandshakeSlots<string> _slots = new(2);

    [Fact]
    public void Enter_TooMany_TheOldestMakesRoomAndMayNotGoOn()
    {
        Assert.False(_slots.Enter("first", out _));
        Assert.False(_slots.Enter("second", out _));

        Assert.True(_slots.Enter("third", out var displaced));

        Assert.Equal("first", displaced);
        Assert.Equal("2 newer connections are proving (MaxHandshakes)", _slots.Prove("first", Zone.User));
        Assert.Null(_slots.Prove("second", Zone.User));
    }

    [Fact]
    public void Enter_OthersHaveProved_TheyDoNotCount()
    {
        Prove("first", Zone.User);
        Prove("second", Zone.User);

        Assert.False(_slots.Enter("third", out _));
        Assert.False(_slots.Enter("fourth", out _));
    }

    [Fact]
    public void Prove_ZoneIsFull_OtherZonesAreNot()
    {
        Prove("first", Zone.User);
        Prove("second", Zone.User);

        _slots.Enter("third", out _);
        Assert.Equal("2 nodes of zone user are joining already (MaxHandshakes)", _slots.Prove("third", Zone.User));
        Prove("fourth", Zone.Terminal);
    }

    [Fact]
    public void Leave_AnyOfThem_MakesRoom()
    {
        Prove("first", Zone.User);
        Prove("second", Zone.User);
        _slots.Enter("third", out _);
        _slots.Enter("fourth", out _);

        _slots.Leave("first");
        _slots.Leave("third");
        _slots.Leave("never here");

        Assert.False(_slots.Enter("fifth", out _));
        Assert.Null(_slots.Prove("fifth", Zone.User));
    }

    private void Prove(string connection, Zone zone)
    {
        Assert.False(_slots.Enter(connection, out _));
        Assert.Null(_slots.Prove(connection, zone));
    }
}
