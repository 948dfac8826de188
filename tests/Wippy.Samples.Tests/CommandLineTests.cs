namespace Wippy.Samples.Tests;

/// <summary>What <c>wippy</c> says and which exit code it has when an app or a command line is wrong, and when it is interrupted.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TempFolder _app = new();

    [Theory]
    [InlineData("run", "--colour")]
    [InlineData("run", "samples/01-hello", "-x")]
    [InlineData("check", "one", "two")]
    [InlineData("walk")]
    public async Task Wippy_CommandLineWithoutSense_IsUsageError(params string[] arguments)
    {
        var result = await WippyProcess.RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Contains("--help'.", result.Errors);
    }

    [Theory]
    [InlineData("wippy: Unrecognized command or argument 'chek'. (did you mean 'check'?)\nTry 'wippy --help'.\n", "chek")]
    [InlineData("wippy: unknown option '--lenien' (did you mean '--lenient'?) (options of the program follow --)\nTry 'wippy run --help'.\n", "run", "--lenien")]
    [InlineData("wippy: -v and -s cannot be combined\nTry 'wippy run --help'.\n", "run", "-v", "-s")]
    [InlineData("wippy: -m much: expected a size such as 512MB\nTry 'wippy run --help'.\n", "run", "-m", "much")]
    [InlineData("wippy: -x hello: an entry id is written namespace:name\nTry 'wippy run --help'.\n", "run", "samples/01-hello", "-x", "hello")]
    [InlineData("wippy: --limit 0: expected a whole number from 1 to 10000\nTry 'wippy top --help'.\n", "top", "--limit", "0")]
    public async Task Wippy_Mistake_NamesItAndTheWayOut(string expected, params string[] arguments)
    {
        var result = await WippyProcess.RunAsync(arguments);

        Assert.Equal((expected, "", 2), (result.Errors, result.Output, result.ExitCode));
    }

    [Fact]
    public async Task Run_InsideAnApp_ABareNameIsACommandAlsoIfThereIsSuchAFolder()
    {
        _app.With("_index.yaml", """
            namespace: app
            entries:
              - {name: terminal, kind: terminal.host}
              - {name: runner, kind: process.lua, modules: [io], meta: {command: {name: test}}, source: "return function(word) io.print('app', word) end"}
            """);
        _app.With("test/_index.yaml", """
            namespace: app.test
            entries:
              - {name: terminal, kind: terminal.host}
              - {name: other, kind: process.lua, modules: [io], meta: {command: {name: word}}, source: "return function() io.print('folder') end"}
            """);

        Assert.Equal("app\tword\n", (await WippyProcess.RunInAsync(_app.Path, "run", "test", "word", "--host", "app:terminal")).Output);
        Assert.Equal("folder\n", (await WippyProcess.RunInAsync(_app.Path, "run", "./test", "word")).Output);
    }

    [Theory]
    [InlineData("ps")]
    [InlineData("top")]
    [InlineData("connect")]
    public async Task Wippy_NoDeployment_NamesTheFileAndHowToStartOne(string command)
    {
        var result = await WippyProcess.RunAsync(command, "--file", Path.Combine(_app.Path, "none.json"));

        Assert.Contains("none.json does not exist: is a deployment running (dotnet run --project Wippy.AppHost)?", result.Errors);
        Assert.Equal(("", 1), (result.Output, result.ExitCode));
    }

    [Fact]
    public async Task Run_FolderWithoutEntries_SaysSo()
    {
        var result = await WippyProcess.RunAsync("run", _app.Path);

        Assert.Equal(($"wippy: no entries in {_app.Path}: it has no YAML file with a namespace\n", 1), (result.Errors, result.ExitCode));
    }

    [Fact]
    public async Task Test_App_RunsItsCommandOfThatNameWithArguments()
    {
        _app.With("src/_index.yaml", """
            namespace: app
            entries:
              - { name: terminal, kind: terminal.host }
              - { name: t, kind: process.lua, meta: { command: { name: test } }, source: file://t.lua, modules: [io, system] }
            """)
            .With("src/t.lua", "return { main = function(filter) io.print(filter, system.memory.get_limit()) return 3 end }");

        var result = await WippyProcess.RunAsync("test", _app.Path, "-m", "2GB", "channel");

        Assert.Equal(("channel\t2147483648\n", 3), (result.Output, result.ExitCode));
    }

    [Fact]
    public async Task Run_SettingsFile_IsReadInsteadOfTheOneOfTheApp()
    {
        WithPrograms("return { main = function() require('io').print('here') end }");
        _app.With(".wippy.yaml", "shutdown: { timeout: never }\n").With("other.yaml", "shutdown: { timeout: 1s }\n");

        var with = await WippyProcess.RunAsync("run", _app.Path, "--config", Path.Combine(_app.Path, "other.yaml"), "main");
        var without = await WippyProcess.RunAsync("run", _app.Path, "main");
        var missing = await WippyProcess.RunAsync("run", _app.Path, "--config", "none.yaml", "main");

        Assert.Equal(("here\n", ""), (with.Output, with.Errors));
        Assert.Contains(".wippy.yaml:1:22: error: shutdown.timeout: expected a duration", without.Errors);
        Assert.Contains("none.yaml: error: cannot be read", missing.Errors);
        Assert.Equal((0, 1, 1), (with.ExitCode, without.ExitCode, missing.ExitCode));
    }

    [Fact]
    public async Task Init_FolderWithoutLockFile_WritesOneThatRunAccepts()
    {
        WithPrograms("return { main = function() require('io').print('here') end }");

        var init = await WippyProcess.RunAsync("init", _app.Path);
        var run = await WippyProcess.RunAsync("run", _app.Path, "main");
        var again = await WippyProcess.RunAsync("init", _app.Path);

        Assert.Equal(0, init.ExitCode);
        Assert.Equal("here\n", run.Output);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("wippy.lock is there already", again.Errors);
    }

    [Theory]
    [InlineData("-c", true)]
    [InlineData("-v", true)]
    [InlineData("--very-verbose", true)]
    [InlineData("-s", false)]
    public async Task Run_LogOption_DecidesWhatIsLoggedBesideAProgram(string option, bool isLogged)
    {
        WithPrograms("return { main = function() print('said') end }");

        var result = await WippyProcess.RunAsync("run", _app.Path, "main", option);

        Assert.Equal(isLogged, result.Errors.Contains("said", StringComparison.Ordinal));
        Assert.DoesNotContain('\e', result.Errors);   // no terminal, no colours
        Assert.Equal("", result.Output);
    }

    [Fact]
    public async Task Help_OfRun_ShowsExamplesOnStandardOutput()
    {
        var result = await WippyProcess.RunAsync("run", "--help");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("wippy run samples/01-hello -x app:hello", result.Output);
    }

    [Fact]
    public async Task Run_UnknownCommand_NamesTheCommandsOfTheApp()
    {
        var result = await WippyProcess.RunAsync("run", "samples/01-hello", "helo");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no command 'helo' in this app, and no such folder (commands: hello)", result.Errors);
    }

    [Fact]
    public async Task Run_UnknownEntry_SuggestsTheNearest()
    {
        var result = await WippyProcess.RunAsync("run", "samples/01-hello", "-x", "app:helo");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("-x app:helo: no such process entry (did you mean 'app:hello'?)", result.Errors);
    }

    [Fact]
    public async Task Run_List_NamesCommands()
    {
        var result = await WippyProcess.RunAsync("run", "samples/01-hello", "list");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches("^hello +Says hello\n$", result.Output);
    }

    [Fact]
    public async Task Run_Entry_PassesWordsAndWhatFollowsTheDashes()
    {
        WithPrograms("""
            return { main = function(...)
              local io = require("io")
              io.print(...)
              io.print(table.concat(io.args(), " "))
            end }
            """);

        var result = await WippyProcess.RunAsync("run", _app.Path, "-x", "app:main", "one", "--", "--two", "3");

        Assert.Equal("one\t--two\t3\none --two 3\n", result.Output);
    }

    [Theory]
    [InlineData("42", 42)]
    [InlineData("true", 0)]
    [InlineData("false", 1)]
    [InlineData("nil", 0)]
    [InlineData("'text'", 0)]
    [InlineData("nil, 'went wrong'", 1)]
    public async Task Run_ValueOfMain_IsTheExitCode(string value, int code)
    {
        WithPrograms($"return {{ main = function() return {value} end }}");

        var result = await WippyProcess.RunAsync("run", _app.Path, "main");

        Assert.Equal(code, result.ExitCode);
    }

    [Fact]
    public async Task Run_ProgramRaises_PrintsOutputFirstAndTheErrorWithEntryAndLine()
    {
        WithPrograms("""
            return { main = function()
              require("io").print("so far")
              error("went wrong")
            end }
            """);

        var result = await WippyProcess.RunAsync("run", _app.Path, "main");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("so far\n", result.Output);
        Assert.Contains("wippy: app:main failed: app:main:3: went wrong", result.Errors);
    }

    [Fact]
    public async Task Check_BrokenApp_NamesFileLineAndColumnOfEveryProblem()
    {
        _app.With("src/_index.yaml", """
            version: "1.0"
            namespace: app
            entries:
              - name: terminal
                kind: terminal.hots
              - name: main
                kind: process.lua
                source: file://mian.lua
                methods: main
            """);

        var result = await WippyProcess.RunAsync("check", _app.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            $"""
            src/_index.yaml:5:5: error: app:terminal.kind: unknown kind 'terminal.hots' (did you mean 'terminal.host'?)
            src/_index.yaml:8:13: error: app:main.source: no file 'src/mian.lua'
            src/_index.yaml:9:5: warning: app:main.methods: unknown field is ignored (did you mean 'method'?)
            {_app.Path}: 2 errors

            """,
            result.Errors);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("run", "main")]
    public async Task Wippy_LuaSyntaxError_NamesEntryFileAndLine(string command, params string[] program)
    {
        WithPrograms("local x = 1\nreturn { main = function( }\n");

        var result = await WippyProcess.RunAsync([command, _app.Path, .. program]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error: app:main.source: src/main.lua:2:", result.Errors);
    }

    [Fact]
    public async Task Check_GoodApp_CountsItsEntries()
    {
        var result = await WippyProcess.RunAsync("check", "samples/01-hello");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("samples/01-hello: 2 entries, no errors\n", result.Output);
    }

    [Theory]
    [InlineData("quota.get", 0, "allowed between the zones user and system: app.system:ask_quota\nso 'quota.get' may be sent\n")]
    [InlineData("quota.set", 1, "denied between the zones user and system: channel:user-system\nso 'quota.set' may not be sent\n")]
    public async Task Check_Can_ExplainsWhoDecides(string topic, int exitCode, string expected)
    {
        var result = await WippyProcess.RunAsync("check", "samples/10-quota", "--can", "app.user:guests", "app.system:quota", topic);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.EndsWith(expected, result.Output);
    }

    [Fact]
    public async Task Check_CanAboutNobody_IsAUsageError()
    {
        var result = await WippyProcess.RunAsync("check", "samples/10-quota", "--can", "app.user:nobody", "app.system:quota", "t");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("wippy: no service, host or process 'app.user:nobody'\n", result.Errors);
    }

    [Fact]
    public async Task Run_InterruptedProgramThatDoesNotListen_Is130()
    {
        WithPrograms("""
            local io = require("io")
            return { main = function()
              io.print("waiting")
              io.flush()
              process.inbox():receive()
            end }
            """);
        using var wippy = WippyProcess.StartInterruptible("run", _app.Path, "main");
        await wippy.OutputAsync("waiting");

        await wippy.InterruptAsync();

        Assert.Equal(130, (await wippy.ExitAsync()).ExitCode);
    }

    [Fact]
    public async Task Run_InterruptedProgramThatHandlesCancel_EndsWithItsOwnCode()
    {
        WithPrograms("""
            local io = require("io")
            return { main = function()
              io.print("waiting")
              io.flush()
              io.print(process.events():receive().kind)
              return 7
            end }
            """);
        using var wippy = WippyProcess.StartInterruptible("run", _app.Path, "main");
        await wippy.OutputAsync("waiting");

        await wippy.InterruptAsync();

        var result = await wippy.ExitAsync();
        Assert.Equal("waiting\npid.cancel\n", result.Output);
        Assert.Equal(7, result.ExitCode);
    }

    [Fact]
    public async Task Run_InterruptedServices_StopInOrder()
    {
        WithPrograms(
            "return { main = function() process.events():receive() end }",
            """
              - { name: base, kind: process.service, process: main, host: workers, lifecycle: { auto_start: true } }
              - { name: user, kind: process.service, process: main, host: workers, lifecycle: { auto_start: true, requires: [base] } }
            """);
        using var wippy = WippyProcess.StartInterruptible("run", _app.Path);
        await wippy.ErrorAsync("service app:user is running");

        await wippy.InterruptAsync();

        var result = await wippy.ExitAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.Output);
        var user = result.Errors.IndexOf("service app:user has stopped", StringComparison.Ordinal);
        var @base = result.Errors.IndexOf("service app:base has stopped", StringComparison.Ordinal);
        Assert.True(user >= 0 && user < @base, result.Errors);
    }

    public void Dispose() => _app.Dispose();

    // An app with one program, a terminal and a host for services; what is ended by force is ended soon.
    private void WithPrograms(string main, string moreEntries = "") => _app.With("src/main.lua", main).With("src/_index.yaml", $$"""
        version: "1.0"
        namespace: app
        entries:
          - { name: terminal, kind: terminal.host, lifecycle: { auto_start: true, stop_timeout: 100ms } }
          - { name: workers, kind: process.host, lifecycle: { auto_start: true } }
          - name: main
            kind: process.lua
            source: file://main.lua
            method: main
            modules: [io]
            meta: { command: { name: main } }
        {{moreEntries}}
        """);
}
