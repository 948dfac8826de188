using Wippy.Shared.Hosting;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

public class LuaHostModulesTests
{
    [Theory]
    [InlineData("modules: [time, logger]", "")]
    [InlineData("zone: user", "")]
    [InlineData("modules: [time]", "error: app:s.process: app:lib uses module 'logger', which host app:host (zone user) does not grant")]
    [InlineData("modules: []", "error: app:s.process: app:p uses module 'time', which host app:host (zone user) does not grant")]
    [InlineData("modules: [time, logger, tme]", "error: app:host.modules: unknown module 'tme'")]
    [InlineData("zone: user}\n  - {name: z, kind: security.zone, zone: user, modules: [time]", "error: app:s.process: app:lib uses module 'logger', which zone user does not grant")]
    [InlineData("zone: user}\n  - {name: z, kind: security.zone, zone: system, modules: []", "")]
    [InlineData("zone: user}\n  - {name: z, kind: security.zone, zone: user, modules: [tme]", "error: app:z.modules: unknown module 'tme'")]
    public void Check_ServiceWhoseProgramItsHostWouldRefuse_IsAnError(string host, string expected)
    {
        using var app = new TempFolder().With("_index.yaml", $$"""
            namespace: app
            entries:
              - {name: host, kind: process.host, {{host}}}
              - {name: p, kind: process.lua, source: "return 1", modules: [time], imports: {lib: lib} }
              - {name: lib, kind: library.lua, source: "return 1", modules: [logger]}
              - {name: s, kind: process.service, process: p, host: host}
            """);
        var loaded = App.Load(app.Path);
        if (expected.Length == 0) Assert.Equal("", loaded.ToString());
        else Assert.Contains(expected, loaded.ToString());
    }
}
