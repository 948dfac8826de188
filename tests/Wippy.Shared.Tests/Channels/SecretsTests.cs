using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Wippy.Shared.Channels;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>What text there is of things that hold keys.</summary>
public class SecretsTests
{
    [Fact]
    public void ToString_WhatHoldsKeys_DoesNotShowThem()
    {
        var key = RandomNumberGenerator.GetBytes(ChannelKeys.KeyBytes);
        var text = Convert.ToBase64String(key);
        var file = new ConnectFile("tcp://127.0.0.1:1", text, text, Trust: "trust", Otlp: "http://127.0.0.1:2", OtlpHeaders: text);

        Assert.Equal("tcp://127.0.0.1:1", file.ToString());
        Assert.DoesNotContain(text, $"{TestService.Keys(("SystemUser", key))}");
    }

    [Theory]
    [InlineData("not base64: hunter2 hunter2 hunter2")]
    [InlineData("aHVudGVyMg==")]
    public void Read_KeyThatIsNone_NamesTheSettingAndNotTheKey(string key)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Wippy:Keys:SystemUser", key)]).Build();

        var refused = Assert.Throws<FormatException>(() => ChannelKeys.Read(settings));

        Assert.Equal("Wippy:Keys:SystemUser is not the base64 text of 32 bytes", refused.Message);
        Assert.DoesNotContain(key, refused.ToString());
    }

    [Fact]
    public void TryGet_KeyThatIsMissing_NamesNoOther()
    {
        Assert.False(TestService.Keys(("SystemUser", new byte[32])).TryGet(Zone.System, Zone.Terminal, out _, out var problem));
        Assert.Equal("the key Wippy:Keys:SystemTerminal is missing", problem);
    }
}
