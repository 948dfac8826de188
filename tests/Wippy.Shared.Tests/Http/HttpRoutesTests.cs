using Wippy.Shared.Http;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Tests.Http;

public class HttpRoutesTests
{
    private static readonly HttpRoutes Routes = new(new (string Method, string Path)[]
    {
        ("GET", "/api/orders/{id}"), ("GET", "/api/orders/new"), ("POST", "/api/orders"), ("GET", "/api/orders"), ("DELETE", "/api/orders/{id}"),
        ("GET", "/api/{kind}/{id}"), ("GET", "/files/{path...}"), ("GET", ""), ("POST", "/any/*"), ("HEAD", "/head"),
    }.Select(route => new HttpEndpointSpec(new EntryId("app", $"{route.Method}{route.Path}"), route.Method, route.Path, new EntryId("app", "f"), Zone.User, new EntryId("app", "s"))));

    [Theory]
    [InlineData("GET", "/", "GET", "")]
    [InlineData("GET", "/api/orders", "GET/api/orders", "")]
    [InlineData("GET", "/api/orders/", "GET/api/orders", "")]
    [InlineData("POST", "/api/orders", "POST/api/orders", "")]
    [InlineData("GET", "/api/orders/7", "GET/api/orders/{id}", "id=7")]
    [InlineData("GET", "/api/orders/new", "GET/api/orders/new", "")]
    [InlineData("DELETE", "/api/orders/7", "DELETE/api/orders/{id}", "id=7")]
    [InlineData("GET", "/api/people/a b", "GET/api/{kind}/{id}", "id=a b,kind=people")]
    [InlineData("GET", "/files/a/b/c.txt", "GET/files/{path...}", "path=a/b/c.txt")]
    [InlineData("GET", "/files", "GET/files/{path...}", "path=")]
    [InlineData("POST", "/any/thing/there", "POST/any/*", "*=thing/there")]
    [InlineData("HEAD", "/api/orders", "GET/api/orders", "")]
    [InlineData("HEAD", "/head", "HEAD/head", "")]
    public void Match_Path_MostSpecificEndpoint(string method, string path, string endpoint, string parameters)
    {
        var match = Routes.Match(method, path);

        Assert.Equal(endpoint, match.Endpoint?.Id.Name);
        Assert.Equal(parameters, string.Join(',', match.Parameters.OrderBy(p => p.Key).Select(p => $"{p.Key}={p.Value}")));
    }

    [Theory]
    [InlineData("PUT", "/api/orders/7", "DELETE,GET")]
    [InlineData("GET", "/any/x", "POST")]
    [InlineData("GET", "/api", "")]
    [InlineData("GET", "/api/orders/7/lines", "")]
    [InlineData("GET", "/API/orders", "")]
    public void Match_NoEndpoint_KnowsTheMethodsOfThePath(string method, string path, string allowed)
    {
        var match = Routes.Match(method, path);

        Assert.Null(match.Endpoint);
        Assert.Equal(allowed, string.Join(',', match.Allowed.Order()));
    }
}
