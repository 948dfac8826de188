using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Wippy.LocalHosting.Tests;

public sealed class PortProxyTests : IDisposable
{
    private readonly CancellationTokenSource _safety = new(TestApplication.Safety);
    private readonly PortProxy _proxy = PortProxy.Listen(port: null, "a test");
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);

    public PortProxyTests() => _server.Start();

    public void Dispose()
    {
        _proxy.Dispose();
        _server.Dispose();
        _safety.Dispose();
    }

    [Fact]
    public async Task Connection_HalfClosedByClient_StillCarriesTheAnswer()
    {
        _proxy.Add(ServerPort);
        using var client = await ConnectAsync();
        using var server = await _server.AcceptSocketAsync(_safety.Token);

        await client.SendAsync(Encoding.ASCII.GetBytes("question"), _safety.Token);
        client.Shutdown(SocketShutdown.Send);
        var question = await ReadToEndAsync(server);
        await server.SendAsync(Encoding.ASCII.GetBytes($"answer to {question}"), _safety.Token);
        server.Shutdown(SocketShutdown.Send);

        Assert.Equal("answer to question", await ReadToEndAsync(client));
    }

    [Fact]
    public async Task Connections_ToTwoTargets_TakeTurns()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        _proxy.Add(ServerPort);
        _proxy.Add(((IPEndPoint)other.LocalEndpoint).Port);
        _ = AnswerAsync(_server, "a");
        _ = AnswerAsync(other, "b");
        var answers = "";

        for (var i = 0; i < 4; i++)
        {
            using var client = await ConnectAsync();
            answers += await ReadToEndAsync(client);
        }

        Assert.Contains(answers, (string[])["abab", "baba"]);

        async Task AnswerAsync(TcpListener server, string answer)
        {
            while (true)
            {
                using var socket = await server.AcceptSocketAsync(_safety.Token);
                await socket.SendAsync(Encoding.ASCII.GetBytes(answer), _safety.Token);
            }
        }
    }

    [Fact]
    public async Task Connection_TargetThatDoesNotListen_IsPassedOver()
    {
        _proxy.Add(FreePort.Next());
        _proxy.Add(ServerPort);

        // Two connections: the turn comes to the dead one at least once.
        for (var i = 0; i < 2; i++)
        {
            using var client = await ConnectAsync();
            using var server = await _server.AcceptSocketAsync(_safety.Token);
        }
    }

    [Fact]
    public async Task Connection_NoTarget_IsClosed()
    {
        _proxy.Add(ServerPort);
        _proxy.Remove(ServerPort);

        using var client = await ConnectAsync();

        Assert.Equal("", await ReadToEndAsync(client));
    }

    [Fact]
    public void Listen_PortTaken_NamesPortAndOwner()
    {
        var error = Assert.Throws<DistributedApplicationException>(() => PortProxy.Listen(ServerPort, "endpoint 'http' of resource 'web'"));

        Assert.Contains($"{ServerPort}", error.Message);
        Assert.Contains("'web'", error.Message);
    }

    private int ServerPort => ((IPEndPoint)_server.LocalEndpoint).Port;

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _proxy.Port, _safety.Token);
        return socket;
    }

    private async Task<string> ReadToEndAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[64];
        while (await socket.ReceiveAsync(buffer, _safety.Token) is > 0 and var count)
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        return text.ToString();
    }
}
