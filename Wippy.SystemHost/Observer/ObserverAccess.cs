using System.Security.Cryptography;
using System.Text;

namespace Wippy.SystemHost.Observer;

/// <summary>
/// Who may end processes from the page: whoever knows the token that the AppHost made for this run. Logging in puts it into a cookie;
/// everybody else who reaches the service may look. Without a token nobody may end anything.
/// </summary>
/// <param name="token">From <c>Wippy:Observer:Token</c>; null or empty for none.</param>
internal sealed class ObserverAccess(string? token)
{
    /// <summary>A header that a page of another site cannot send along with the cookie.</summary>
    public const string Header = "X-Wippy-Observer";

    private const string Cookie = "wippy-observer";

    /// <summary>Notes the token that came with <c>/login?t=</c>, if it is the right one.</summary>
    /// <returns>Whether it is.</returns>
    public bool LogIn(HttpContext context, string? given)
    {
        if (!IsToken(given)) return false;
        context.Response.Cookies.Append(Cookie, given!, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true });
        return true;
    }

    /// <summary>Whether the caller has logged in.</summary>
    public bool MayEnd(HttpContext context) => IsToken(context.Request.Cookies[Cookie]);

    /// <summary>Whether this request to end something is the caller's own.</summary>
    public bool MayEndNow(HttpContext context) => context.Request.Headers.ContainsKey(Header) && MayEnd(context);

    private bool IsToken(string? given) => !string.IsNullOrEmpty(token) && given is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token));
}
