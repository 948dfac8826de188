using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Registry;

/// <summary>Broken apps and the exact text that their authors get to read.</summary>
public sealed class AppLoaderTests : IDisposable
{
    private static readonly string Known = string.Join(", ", EntryKinds.Names.Order(StringComparer.Ordinal));

    private readonly TempFolder _app = new();

    public void Dispose() => _app.Dispose();

    /// <summary>What is written in <c>entries</c> (from line 3 on), and the messages.</summary>
    public static TheoryData<string, string> BrokenEntries => new()
    {
        {
            """
              - {name: a, kind: proces.lua}
            """,
            "src/_index.yaml:3:15: error: app:a.kind: unknown kind 'proces.lua' (did you mean 'process.lua'?)"
        },
        {
            """
              - {name: a, kind: database}
            """,
            "src/_index.yaml:3:15: error: app:a.kind: unknown kind 'database' (known: " + Known + ")"
        },
        {
            """
              - {name: a, kind: script.js, source: ""}
            """,
            "src/_index.yaml:3:15: error: app:a.kind: unknown kind 'script.js' (known: " + Known + ")"
        },
        {
            """
              - kind: process.host
            """,
            "src/_index.yaml:3:5: error: entries[0].name: required field is missing, expected text"
        },
        {
            """
              - name: 42
                kind: process.host
            """,
            "src/_index.yaml:3:11: error: entries[0].name: expected text; put the value in quotes"
        },
        {
            """
              - name: "a b"
                kind: process.host
            """,
            "src/_index.yaml:3:11: error: entries[0].name: expected a name without spaces or any of : | @ { }, got 'a b'"
        },
        {
            """
              - name: a
            """,
            "src/_index.yaml:3:5: error: app:a.kind: required field is missing, expected text"
        },
        {
            """
              - just text
            """,
            "src/_index.yaml:3:5: error: entries[0]: expected a map with name and kind"
        },
        {
            """
              - name: a
                kind: process.lua
            """,
            "src/_index.yaml:3:5: error: app:a.source: required field is missing, expected text"
        },
        {
            """
              - name: a
                kind: process.lua
                source:
            """,
            "src/_index.yaml:5:5: error: app:a.source: required field is missing, expected text"
        },
        {
            """
              - name: a
                kind: process.lua
                source: [one, two]
            """,
            "src/_index.yaml:5:5: error: app:a.source: expected text, got a list"
        },
        {
            """
              - name: a
                kind: process.lua
                source: return 1
                metod: run
            """,
            "src/_index.yaml:6:5: warning: app:a.metod: unknown field is ignored (did you mean 'method'?)"
        },
        {
            """
              - name: a
                kind: process.lua
                source: return 1
                modules: time
            """,
            "src/_index.yaml:6:5: error: app:a.modules: expected a list, each item text, got 'time'"
        },
        {
            """
              - name: a
                kind: process.lua
                source: return 1
                modules: [time, 5]
            """,
            "src/_index.yaml:6:21: error: app:a.modules[1]: expected text, got 5"
        },
        {
            """
              - name: a
                kind: process.lua
                source: return 1
                imports: {db: app:liba}
              - {name: lib, kind: library.lua, source: return 1}
            """,
            "src/_index.yaml:6:15: error: app:a.imports.db: no entry 'app:liba' (did you mean 'app:lib'?)"
        },
        {
            """
              - name: a
                kind: process.lua
                source: return 1
                imports: {db: host}
              - {name: host, kind: process.host}
            """,
            "src/_index.yaml:6:15: error: app:a.imports.db: 'app:host' is a process.host, expected the id of a library.lua or function.lua or process.lua"
        },
        {
            """
              - name: a
                kind: process.lua
                source: return 1
                imports: {db: "app:"}
            """,
            "src/_index.yaml:6:15: error: app:a.imports.db: expected the id of a library.lua or function.lua or process.lua, got 'app:'"
        },
        {
            """
              - {name: a, kind: library.lua, source: "", imports: {b: app:b}}
              - {name: b, kind: library.lua, source: "", imports: {c: c}}
              - {name: c, kind: library.lua, source: "", imports: {a: app:a}}
            """,
            "src/_index.yaml:3:56: error: app:a.imports.b: imports form a cycle: app:a -> app:b -> app:c -> app:a"
        },
        {
            """
              - {name: a, kind: library.lua, source: "", imports: {me: a}}
            """,
            "src/_index.yaml:3:56: error: app:a.imports.me: imports form a cycle: app:a -> app:a"
        },
        {
            """
              - name: a
                kind: process.host
                zone: usr
            """,
            "src/_index.yaml:5:5: error: app:a.zone: expected one of system, user, terminal, got 'usr' (did you mean 'user'?)"
        },
        {
            """
              - name: a
                kind: process.host
                host: {workers: 0}
            """,
            "src/_index.yaml:5:12: error: app:a.host.workers: expected a whole number from 1 to 1024, got 0"
        },
        {
            """
              - name: a
                kind: process.host
                host: {workers: "4"}
            """,
            "src/_index.yaml:5:12: error: app:a.host.workers: expected a whole number from 1 to 1024, got '4'"
        },
        {
            """
              - name: a
                kind: process.host
                host: {max_processes: 2.5}
            """,
            "src/_index.yaml:5:12: error: app:a.host.max_processes: expected a whole number of at least 1, got 2.5"
        },
        {
            """
              - name: a
                kind: process.host
                lifecycle:
                  auto_start: yes
            """,
            "src/_index.yaml:6:7: error: app:a.lifecycle.auto_start: expected true or false, got 'yes'"
        },
        {
            """
              - name: a
                kind: process.host
                lifecycle: {stop_timeout: 10}
            """,
            "src/_index.yaml:5:17: error: app:a.lifecycle.stop_timeout: expected a duration such as 500ms or 1m30s, got 10"
        },
        {
            """
              - name: a
                kind: process.host
                lifecycle: {stop_timeout: -1s}
            """,
            "src/_index.yaml:5:17: error: app:a.lifecycle.stop_timeout: expected a duration such as 500ms or 1m30s, got '-1s'"
        },
        {
            """
              - name: a
                kind: process.host
                lifecycle: {restart: {jitter: 1.5}}
            """,
            "src/_index.yaml:5:27: error: app:a.lifecycle.restart.jitter: expected a number from 0 to 1, got 1.5"
        },
        {
            """
              - name: a
                kind: process.host
                lifecycle: {restart: {backoff_factor: fast}}
            """,
            "src/_index.yaml:5:27: error: app:a.lifecycle.restart.backoff_factor: expected a number of at least 1, got 'fast'"
        },
        {
            """
              - name: a
                kind: process.host
                lifecycle: {restart: {delays: 1s}}
            """,
            "src/_index.yaml:5:27: warning: app:a.lifecycle.restart.delays: unknown field is ignored (did you mean 'delay'?)"
        },
        {
            """
              - name: a
                kind: process.host
                lifecycle: {requires: [b, c:d]}
              - {name: b, kind: registry.entry}
            """,
            "src/_index.yaml:5:31: warning: app:a.lifecycle.requires[1]: no entry 'c:d'"
        },
        {
            """
              - name: a
                kind: process.host
                lifecycle: {security: {actor: {meta: {}}, groups: [":x"]}}
            """,
            """
            src/_index.yaml:5:28: error: app:a.lifecycle.security.actor.id: required field is missing, expected text
            src/_index.yaml:5:56: error: app:a.lifecycle.security.groups[0]: expected an id (namespace:name) or a name, got ':x'
            """
        },
        {
            """
              - name: a
                kind: process.host
                host: four
            """,
            "src/_index.yaml:5:5: error: app:a.host: expected a map with workers, queue_size, local_queue_size, max_processes, got 'four'"
        },
        {
            """
              - name: worker
                kind: process.service
                process: work
                host: app:hosts
              - {name: work, kind: process.lua, source: ""}
              - {name: host, kind: process.host}
            """,
            "src/_index.yaml:6:5: error: app:worker.host: no entry 'app:hosts' (did you mean 'app:host'?)"
        },
        {
            """
              - name: worker
                kind: process.service
                process: host
                host: elsewhere:host
              - {name: host, kind: process.host}
            """,
            """
            src/_index.yaml:5:5: error: app:worker.process: 'app:host' is a process.host, expected the id of a process.lua or process.native
            src/_index.yaml:6:5: error: app:worker.host: no entry 'elsewhere:host', expected the id of a process.host or terminal.host
            """
        },
        {
            """
              - name: a
                kind: process.native
                meta: {default_host: app:nowhere, command: {short: does it}}
            """,
            """
            src/_index.yaml:5:12: error: app:a.meta.default_host: no entry 'app:nowhere', expected the id of a process.host or terminal.host
            src/_index.yaml:5:39: error: app:a.meta.command.name: required field is missing, expected text
            """
        },
        {
            """
              - name: a
                kind: process.native
                meta: [tag]
            """,
            "src/_index.yaml:5:11: error: app:a.meta: expected a map"
        },
        {
            """
              - name: a
                kind: process.native
                class: A
                data: {}
            """,
            "src/_index.yaml:5:5: warning: app:a.class: ignored, because 'data' is all of the entry's data"
        },
        {
            """
              - name: a
                kind: process.native
                data: [1]
            """,
            "src/_index.yaml:3:5: error: app:a.data: expected a map with class, got a list"
        },
        {
            """
              - name: p
                kind: security.policy
                policy:
                  actions: [5]
                  effect: permit
                  conditions:
                    - {field: actor.id, operator: equals, value: 1}
            """,
            """
            src/_index.yaml:5:5: error: app:p.policy.resources: required field is missing, expected text, or a list of it
            src/_index.yaml:6:17: error: app:p.policy.actions[0]: expected text, got 5
            src/_index.yaml:7:7: error: app:p.policy.effect: expected one of allow, deny, got 'permit'
            src/_index.yaml:9:29: error: app:p.policy.conditions[0].operator: expected one of eq, ne, lt, gt, lte, gte, in, nin, contains, ncontains, matches, nmatches, exists, nexists, got 'equals'
            """
        },
        {
            """
              - name: p
                kind: security.policy
                policy: {actions: {}, resources: 7, effect: allow}
            """,
            """
            src/_index.yaml:5:14: error: app:p.policy.actions: expected text, or a list of it, got a map
            src/_index.yaml:5:27: error: app:p.policy.resources: expected text, or a list of it, got 7
            """
        },
        {
            """
              - name: a
                kind: process.lua
                source: file://missing.lua
            """,
            "src/_index.yaml:5:13: error: app:a.source: no file 'src/missing.lua'"
        },
        {
            """
              - name: a
                kind: process.lua
                source: file://../secret.txt
            """,
            "src/_index.yaml:5:13: error: app:a.source: file 'secret.txt' is outside of the source folder 'src'"
        },
        {
            """
              - name: a
                kind: registry.entry
                meta: {note: "file:///secret.txt"}
            """,
            "src/_index.yaml:5:18: error: app:a.meta.note: expected a path relative to this file, got 'file:///secret.txt'"
        },
        {
            """
              - {name: a, kind: registry.entry}
              - {name: a, kind: process.host}
            """,
            "src/_index.yaml:4:5: warning: app:a: declared twice: this one counts, not the one at src/_index.yaml:3:5"
        },
        {
            """
              - name: a
                kind: registry.entry
                [x]: 1
            """,
            "src/_index.yaml:5:5: error: app:a: expected text as key, got a list or a map"
        },
    };

    [Theory]
    [MemberData(nameof(BrokenEntries))]
    public void Load_BrokenEntry_NamesPlaceEntryFieldAndRemedy(string entries, string expected)
    {
        _app.With("secret.txt", "top secret").With("src/_index.yaml", $"namespace: app\nentries:\n{entries}\n");

        var result = AppLoader.Load(_app.Path);

        Assert.Equal(expected, result.ToString());
        Assert.Equal(result.Problems.All(p => p.Severity == Severity.Warning), result.Snapshot is not null);
    }

    /// <summary>A whole file <c>src/_index.yaml</c>, and the messages.</summary>
    public static TheoryData<string, string> BrokenFiles => new()
    {
        {
            "namespace: app\nentries: [\n",
            "src/_index.yaml:3:1: error: not valid YAML: While parsing a node, did not find expected node content."
        },
        {
            "namespace: app\nnamespace: two\n",
            "src/_index.yaml:2:1: error: not valid YAML: Duplicate key namespace"
        },
        {
            "namespace: app\nentries: *nobody\n",
            "src/_index.yaml:1:1: error: not valid YAML: The anchor 'nobody' does not exists"
        },
        {
            $"namespace: app\nentries: {new string('[', 100)}\n",
            "src/_index.yaml:2:73: error: not valid YAML: nested more than 64 levels deep"
        },
        {
            "namespace: 7\nentries: []\n",
            "src/_index.yaml:1:12: error: namespace: expected a name without spaces or any of : | @ { }"
        },
        {
            "namespace: a:b\nentries: []\n",
            "src/_index.yaml:1:12: error: namespace: expected a name without spaces or any of : | @ { }"
        },
        {
            "namespace: app\nentries: {a: b}\n",
            "src/_index.yaml:2:10: error: entries: expected a list of entries"
        },
        {
            "namespace: app\nentries: []\nmeta: 1\n",
            "src/_index.yaml:3:7: error: meta: expected a map"
        },
        {
            "namespace: app\nentrys: []\nentries: []\n",
            "src/_index.yaml:2:1: warning: entrys: unknown field is ignored (did you mean 'entries'?)"
        },
        {
            "namespace: app\nentrys: []\n",
            "src/_index.yaml:1:1: warning: a namespace without 'entries' or 'name' declares nothing"
        },
        {
            "namespace: app\nname: a\n",
            "src/_index.yaml:1:1: error: app:a.kind: required field is missing, expected text"
        },
    };

    [Theory]
    [MemberData(nameof(BrokenFiles))]
    public void Load_BrokenFile_NamesThePlace(string text, string expected)
    {
        _app.With("src/_index.yaml", text);

        Assert.Equal(expected, AppLoader.Load(_app.Path).ToString());
    }

    [Fact]
    public void Load_AliasesThatMultiply_AreRefusedOnce()
    {
        var levels = string.Concat(Enumerable.Range(1, 8).Select(i => $"    l{i}: &l{i} [{string.Join(", ", Enumerable.Repeat($"*l{i - 1}", 10))}]\n"));
        _app.With("src/_index.yaml", $"namespace: app\nentries:\n  - name: a\n    kind: registry.entry\n    l0: &l0 x\n{levels}");

        var problem = Assert.Single(AppLoader.Load(_app.Path).Problems);

        Assert.Equal("more than 100000 values or 64 levels, probably through an alias", problem.Message);
        Assert.Equal(new EntryId("app", "a"), problem.Entry);
    }

    [Fact]
    public void Load_AliasOfItself_IsRefused()
    {
        _app.With("src/_index.yaml", "namespace: app\nentries:\n  - name: a\n    kind: registry.entry\n    loop: &l [*l]\n");

        var problem = Assert.Single(AppLoader.Load(_app.Path).Problems);

        Assert.Equal(Severity.Error, problem.Severity);
        Assert.Equal("src/_index.yaml", problem.Location.File);
        Assert.Equal(5, problem.Location.Line);
    }

    [Fact]
    public void Load_ProblemsInSeveralFiles_AreAllReportedInFileAndLineOrder()
    {
        _app.With("src/b.yaml", "namespace: app\nentries:\n  - {name: b, kind: process.lua}\n  - {name: h, kind: process.host, hosts: 1}\n")
            .With("src/a/x.yml", "namespace: app\nname: a\nkind: nothing.known.at.all\n")
            .With("src/c.json", """{"namespace": "app", "name": "c", "kind": "process.service", "process": "a"}""")
            .With("src/broken.yaml", "a: b: c");

        Assert.Equal(
            $"""
            src/a/x.yml:3:1: error: app:a.kind: unknown kind 'nothing.known.at.all' (known: {Known})
            src/b.yaml:3:5: error: app:b.source: required field is missing, expected text
            src/b.yaml:4:35: warning: app:h.hosts: unknown field is ignored (did you mean 'host'?)
            src/broken.yaml:1:5: error: not valid YAML: While scanning a plain scalar value, found invalid mapping.
            src/c.json:1:1: error: app:c.host: required field is missing, expected the id of a process.host or terminal.host
            src/c.json:1:62: error: app:c.process: 'app:a' is a nothing.known.at.all, expected the id of a process.lua or process.native
            """,
            AppLoader.Load(_app.Path).ToString());
    }

    [Fact]
    public void Load_FurtherChecks_SeeTheEntriesAndAddTheirProblems()
    {
        _app.With("_index.yaml", "namespace: app\nentries:\n  - {name: a, kind: registry.entry}\n");

        var result = AppLoader.Load(_app.Path, (entries, problems) =>
        {
            foreach (var entry in entries.Values) problems.Error(entry, "meta.colour", "expected a colour");
        });

        Assert.Null(result.Snapshot);
        Assert.Equal("_index.yaml:3:5: error: app:a.meta.colour: expected a colour", result.ToString());
    }
}
