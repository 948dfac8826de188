using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Shared.Tests.Lua;

namespace Wippy.Shared.Tests.Http;

/// <summary>
/// Runs the tests of tests/lua/http that answer a request: each is the function of an endpoint of a real server. The lines at its beginning
/// say which (<c>@endpoint METHOD PATH</c>), what is sent (<c>@request METHOD PATH</c>, <c>@header NAME: VALUE</c>, <c>@body TEXT</c>), and what must
/// come back (<c>@response STATUS TEXT</c>, <c>@responds NAME: VALUE</c>).
/// </summary>
public class HttpLuaTests
{
    public static TheoryData<string> Tests() => [.. LuaTestFile.ForRequests()];

    [Theory]
    [MemberData(nameof(Tests))]
    public async Task LuaTest_AsHandlerOfARequest_Passes(string test)
    {
        var endpoint = Words(test, "endpoint");
        var entry = new Entry(
            new EntryId("app", "endpoint"),
            EntryKinds.HttpEndpoint,
            meta: new Dictionary<string, object?> { ["router"] = "app:router" },
            data: new Dictionary<string, object?> { ["method"] = endpoint[0], ["path"] = endpoint[1], ["func"] = "app:test" });
        await using var app = await HttpApp.StartAsync(null, null, [.. LuaTestFile.Read(test, EntryKinds.LuaFunction), entry]);
        using var request = RequestOf(test);

        using var response = await app.Client.SendAsync(request);

        var expected = Words(test, "response");
        var body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == int.Parse(expected[0]), $"{(int)response.StatusCode} {body}\n{string.Join('\n', app.Logs.Lines)}");
        Assert.Equal(expected.ElementAtOrDefault(1) ?? "", body);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value));
        Assert.All(LuaTestFile.Directives(test, "responds"), header => Assert.Equal(header, $"{header.Split(':')[0]}: {headers.GetValueOrDefault(header.Split(':')[0])}"));
    }

    private static HttpRequestMessage RequestOf(string test)
    {
        var words = Words(test, "request");
        var request = new HttpRequestMessage(new HttpMethod(words[0]), words[1]);
        if (LuaTestFile.Directives(test, "body").FirstOrDefault() is { } body) request.Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
        foreach (var header in LuaTestFile.Directives(test, "header").Select(header => header.Split(": ", 2)))
        {
            if (header[0].StartsWith("Content-", StringComparison.Ordinal)) request.Content!.Headers.TryAddWithoutValidation(header[0], header[1]);
            else request.Headers.TryAddWithoutValidation(header[0], header[1]);
        }
        return request;
    }

    // One word, and the rest of the line.
    private static string[] Words(string test, string directive) => LuaTestFile.Directives(test, directive).Single().Split(' ', 2);
}
