using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Tests.Messaging;

public class MailboxTests
{
    private static readonly Topic AnyTopic = Topic.Of("t");

    [Fact]
    public void TakeAll_AfterPosts_GivesTheOldestFirst()
    {
        var mailbox = new Mailbox(new MailboxLimits());
        Assert.Null(mailbox.TakeAll());
        for (var i = 1; i <= 3; i++) mailbox.TryPost(Message(i));
        mailbox.TryPostInternal(new Completion(4, null, null));
        Assert.True(mailbox.HasItems);

        Assert.Equal([1, 2, 3, 4], Numbers(mailbox.TakeAll()));
        Assert.False(mailbox.HasItems);
        Assert.Null(mailbox.TakeAll());
    }

    [Fact]
    public void TryPost_MoreMessagesThanAllowed_FullUntilOneIsConsumed()
    {
        var mailbox = new Mailbox(new MailboxLimits { MaxMessages = 2 });
        Assert.Equal(PostResult.Posted, mailbox.TryPost(Message(1)));
        Assert.Equal(PostResult.Posted, mailbox.TryPost(Message(2)));
        Assert.Equal(PostResult.Full, mailbox.TryPost(Message(3)));
        Assert.Equal(2, mailbox.Count);

        var taken = (Message)mailbox.TakeAll()!;
        Assert.Equal(PostResult.Full, mailbox.TryPost(Message(3)));   // taken is not yet read
        mailbox.Consumed(taken);
        Assert.Equal(1, mailbox.Count);
        Assert.Equal(PostResult.Posted, mailbox.TryPost(Message(3)));
        Assert.Equal(PostResult.Full, mailbox.TryPost(Message(4)));
    }

    [Fact]
    public void TryPost_MoreBytesThanAllowed_Full()
    {
        var mailbox = new Mailbox(new MailboxLimits { MaxBytes = 100 });
        Assert.Equal(PostResult.Posted, mailbox.TryPost(Message(1, bytes: 60)));
        Assert.Equal(PostResult.Full, mailbox.TryPost(Message(2, bytes: 41)));
        Assert.Equal(PostResult.Posted, mailbox.TryPost(Message(3, bytes: 40)));
        Assert.Equal(PostResult.Posted, mailbox.TryPost(Message(4, bytes: 0)));
        Assert.Equal([1, 3, 4], Numbers(mailbox.TakeAll()));
    }

    [Fact]
    public void TryPost_MailboxesOfOneBudgetHoldTooMuch_FullUntilOneReadsOrEnds()
    {
        var budget = new MailboxBudget(4 * MailboxBudget.UnitBytes);
        var limits = new MailboxLimits { Budget = budget };
        var (first, second, third) = (new Mailbox(limits), new Mailbox(limits), new Mailbox(limits));
        Assert.Equal(PostResult.Posted, first.TryPost(Message(1, bytes: 2 * MailboxBudget.UnitBytes)));
        Assert.Equal(PostResult.Posted, second.TryPost(Message(2, bytes: 2 * MailboxBudget.UnitBytes)));
        Assert.Equal(PostResult.Full, second.TryPost(Message(3, bytes: MailboxBudget.UnitBytes)));
        Assert.Equal(PostResult.Posted, third.TryPost(Message(4, bytes: 100)));   // who has little waiting is not made to pay for others
        Assert.Equal(4 * MailboxBudget.UnitBytes, budget.Bytes);

        first.Consumed((Message)first.TakeAll()!);
        Assert.Equal(PostResult.Posted, second.TryPost(Message(3, bytes: 2 * MailboxBudget.UnitBytes)));
        second.Close();
        Assert.Equal(0, budget.Bytes);
        Assert.Equal(PostResult.Closed, second.TryPost(Message(5, bytes: MailboxBudget.UnitBytes)));
        Assert.Equal(0, budget.Bytes);
    }

    [Fact]
    public void TryPost_ManyWritersAndAnEnd_LeaveTheBudgetEmpty()
    {
        var budget = new MailboxBudget(20 * MailboxBudget.UnitBytes);
        for (var round = 0; round < 50; round++)
        {
            var mailbox = new Mailbox(new MailboxLimits { Budget = budget });
            var threads = Enumerable.Range(0, 3).Select(_ => new Thread(() =>
            {
                for (var i = 0; i < 100; i++) mailbox.TryPost(Message(i, bytes: 3000));
            })).ToArray();
            foreach (var thread in threads) thread.Start();
            for (var item = mailbox.TakeAll(); item is not null; item = item.Next) mailbox.Consumed((Message)item);
            mailbox.Close();
            foreach (var thread in threads) thread.Join();
            Assert.Equal(0, budget.Bytes);
        }
    }

    [Fact]
    public void TryPostInternal_FullMailbox_IsNeverRefused()
    {
        var mailbox = new Mailbox(new MailboxLimits { MaxMessages = 1 });
        mailbox.TryPost(Message(1));
        Assert.True(mailbox.TryPostInternal(new Completion(2, null, null)));
        Assert.True(mailbox.TryPostInternal(new Completion(3, null, null)));
        Assert.Equal(1, mailbox.Count);
    }

    [Fact]
    public void Close_WithItems_GivesThemBackAndRefusesFurtherOnes()
    {
        var mailbox = new Mailbox(new MailboxLimits { MaxMessages = 2 });
        mailbox.TryPost(Message(1));
        mailbox.TryPost(Message(2));

        Assert.Equal([1, 2], Numbers(mailbox.Close()));
        Assert.True(mailbox.IsClosed);
        Assert.False(mailbox.HasItems);
        Assert.Null(mailbox.TakeAll());
        Assert.Null(mailbox.Close());
        Assert.Equal(PostResult.Closed, mailbox.TryPost(Message(3)));   // full as well: closed is what matters
        Assert.False(mailbox.TryPostInternal(new Completion(4, null, null)));
    }

    [Fact]
    public void TryPost_ManyWriters_EachWritersItemsArriveInItsOrderAndNoneIsLost()
    {
        const int Writers = 4;
        const int PerWriter = 20_000;
        var mailbox = new Mailbox(new MailboxLimits());
        var threads = Enumerable.Range(0, Writers).Select(writer => new Thread(() =>
        {
            for (var i = 1; i <= PerWriter; i++) mailbox.TryPostInternal(new Completion((writer * PerWriter) + i, null, null));
        })).ToArray();
        foreach (var thread in threads) thread.Start();

        var last = new long[Writers];
        for (var count = 0; count < Writers * PerWriter;)
        {
            foreach (var number in Numbers(mailbox.TakeAll()))
            {
                var writer = (number - 1) / PerWriter;
                var order = number - (writer * PerWriter);
                Assert.Equal(last[writer] + 1, order);
                last[writer] = order;
                count++;
            }
        }
        foreach (var thread in threads) thread.Join();
        Assert.False(mailbox.HasItems);
    }

    [Fact]
    public void Close_WhileOthersPost_EveryItemIsEitherGivenBackOrRefused()
    {
        const int Writers = 3;
        for (var round = 0; round < 200; round++)
        {
            var mailbox = new Mailbox(new MailboxLimits());
            var posted = 0;
            using var start = new Barrier(Writers + 1);
            var threads = Enumerable.Range(0, Writers).Select(_ => new Thread(() =>
            {
                start.SignalAndWait();
                for (var i = 0; i < 50; i++)
                {
                    if (mailbox.TryPostInternal(new Completion(1, null, null))) Interlocked.Increment(ref posted);
                }
            })).ToArray();
            foreach (var thread in threads) thread.Start();
            start.SignalAndWait();
            var found = Numbers(mailbox.TakeAll()).Count() + Numbers(mailbox.Close()).Count();
            foreach (var thread in threads) thread.Join();
            Assert.Equal(posted, found);
        }
    }

    private static Message Message(int number, int bytes = 1) =>
        Wippy.Shared.Messaging.Message.Create(new Pid("", "app:h", (ulong)number), AnyTopic, new byte[bytes]);

    private static IEnumerable<long> Numbers(MailboxItem? item)
    {
        for (; item is not null; item = item.Next) yield return item is Message message ? (long)message.Source.Number : ((Completion)item).Operation;
    }
}
