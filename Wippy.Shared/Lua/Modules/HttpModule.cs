using Wippy.Shared.Errors;
using Wippy.Shared.Http;
using Wippy.Shared.Lua.Json;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Lua.Modules;

/// <summary>
/// The <c>http</c> module: the request that a handler answers, and its response. The request is a context value, the
/// response a Lua table that becomes the result of the call when the handler returns.
/// </summary>
internal static class HttpModule
{
    private const int OkStatus = 200;

    private static readonly LuaLibrary RequestMethods = new LuaLibrary("http.Request")
        .Method("method(): string", (_, stack) => RequestField(stack, "method", "method"u8))
        .Method("path(): string", (_, stack) => RequestField(stack, "path", "path"u8))
        .Method("host(): string", (_, stack) => RequestField(stack, "host", "host"u8))
        .Method("remote_addr(): string", (_, stack) => RequestField(stack, "remote_addr", "remote"u8))
        .Method("body(): string", (_, stack) => RequestField(stack, "body", "body"u8))
        .Method("headers(): table<string, string>", (_, stack) => RequestField(stack, "headers", "headers"u8))
        .Method("params(): table<string, string>", (_, stack) => RequestField(stack, "params", "params"u8))
        .Method("has_body(): boolean", HasBody)
        .Method("content_type(): string?", (_, stack) => Header(stack, "content_type", "content-type"))
        .Method("content_length(): integer", ContentLength)
        .Method("is_content_type(type: string): boolean", IsContentType)
        .Method("accepts(type: string): boolean", Accepts)
        .Method("query(name: string): string?", Query)
        .Method("query_params(): table<string, string>", QueryParams)
        .Method("header(name: string): string?", Header)
        .Method("param(name: string): string?", Param)
        .Fallible("body_json(): any!", BodyJson);

    private static readonly LuaLibrary ResponseMethods = new LuaLibrary("http.Response")
        .Fallible("set_status(status: integer): boolean!", SetStatus)
        .Checked("set_header(name: string, value: string): boolean!", SetHeader)
        .Fallible("set_content_type(type: string): boolean!", SetContentType)
        .Fallible("write(text: string): boolean!", Write)
        .Fallible("write_json(value): boolean!", WriteJson)
        .Fallible("flush(): boolean!", Flush);

    private static readonly LuaLibrary Methods = Constants("http.METHOD", [
        ("GET", "GET"), ("POST", "POST"), ("PUT", "PUT"), ("DELETE", "DELETE"), ("PATCH", "PATCH"), ("HEAD", "HEAD"), ("OPTIONS", "OPTIONS")]);

    private static readonly LuaLibrary ContentTypes = Constants("http.CONTENT", [
        ("JSON", "application/json"), ("TEXT", "text/plain"), ("HTML", "text/html"), ("FORM", "application/x-www-form-urlencoded"),
        ("MULTIPART", "multipart/form-data"), ("STREAM", "application/octet-stream")]);

    static HttpModule()
    {
        LuaTypes.Declare(LuaUserdataKind.HttpRequest, "http.Request", RequestMethods);
        LuaTypes.Declare(LuaUserdataKind.HttpResponse, "http.Response", ResponseMethods);
    }

    public static LuaLibrary Library { get; } = new LuaLibrary("http")
        .Fallible("request(): http.Request!", Request)
        .Fallible("response(): http.Response!", Response)
        .Nested("METHOD", Methods)
        .Nested("CONTENT", ContentTypes)
        .Nested("STATUS", Statuses());

    private static LuaLibrary Constants(string name, (string Name, string Value)[] values)
    {
        var library = new LuaLibrary(name);
        foreach (var (constant, value) in values) library.Constant(constant, value);
        return library;
    }

    // RFC 9110 §15, by their names in capitals.
    private static LuaLibrary Statuses()
    {
        var library = new LuaLibrary("http.STATUS");
        foreach (var (name, value) in ((string, long)[])[
            ("OK", 200), ("CREATED", 201), ("ACCEPTED", 202), ("NO_CONTENT", 204), ("PARTIAL_CONTENT", 206),
            ("MOVED_PERMANENTLY", 301), ("FOUND", 302), ("SEE_OTHER", 303), ("NOT_MODIFIED", 304), ("TEMPORARY_REDIRECT", 307), ("PERMANENT_REDIRECT", 308),
            ("BAD_REQUEST", 400), ("UNAUTHORIZED", 401), ("PAYMENT_REQUIRED", 402), ("FORBIDDEN", 403), ("NOT_FOUND", 404), ("METHOD_NOT_ALLOWED", 405),
            ("NOT_ACCEPTABLE", 406), ("REQUEST_TIMEOUT", 408), ("CONFLICT", 409), ("GONE", 410), ("PAYLOAD_TOO_LARGE", 413), ("UNSUPPORTED_MEDIA_TYPE", 415),
            ("UNPROCESSABLE_ENTITY", 422), ("TOO_MANY_REQUESTS", 429),
            ("INTERNAL_ERROR", 500), ("INTERNAL_SERVER_ERROR", 500), ("NOT_IMPLEMENTED", 501), ("BAD_GATEWAY", 502), ("SERVICE_UNAVAILABLE", 503), ("GATEWAY_TIMEOUT", 504)])
        {
            library.Constant(name, value);
        }
        return library;
    }

    private static int Request(LuaBehavior behavior, LuaStack stack)
    {
        if (!behavior.Process.Context.TryGet(HttpExchange.ContextName, out var request)) return NoRequest(stack);
        stack.PushNil();
        stack.NewUserdata(LuaUserdataKind.HttpRequest, 1);
        LuaTypes.SetMetatable(stack, LuaUserdataKind.HttpRequest);
        LuaCodec.DecodeOneOrNil(stack, request.Span);
        stack.SetUserValue(-2, 1);
        return 2;
    }

    // The same object each time: there is one response to a request.
    private static int Response(LuaBehavior behavior, LuaStack stack)
    {
        if (!behavior.Process.Context.TryGet(HttpExchange.ContextName, out _)) return NoRequest(stack);
        stack.PushNil();
        if (behavior.Answer is not null)
        {
            stack.PushAnchored(LuaAnchors.Response);
            return 2;
        }
        stack.NewUserdata(LuaUserdataKind.HttpResponse, 1);
        LuaTypes.SetMetatable(stack, LuaUserdataKind.HttpResponse);
        stack.NewTable(0, 3);
        stack.Push((long)OkStatus);
        stack.RawSetField(-2, "status"u8);
        stack.NewTable();
        stack.RawSetField(-2, "headers"u8);
        stack.NewTable();
        stack.RawSetField(-2, "body"u8);
        stack.SetUserValue(-2, 1);
        stack.PushValue(-1);
        stack.Anchor(LuaAnchors.Response);
        behavior.Answer = Answer;
        return 2;
    }

    // What the handler returns is its response, unless it failed. Only the call that answers the request has one:
    // functions that it calls have results of their own.
    private static ExitResult Answer(LuaBehavior behavior, LuaStack stack, ExitResult result)
    {
        if (result.Error is not null || !behavior.Process.Parent.IsNone) return result;
        stack.PushAnchored(LuaAnchors.Response);
        var response = stack.Top;
        var scratch = LuaBehavior.Scratch;
        stack.PushUserValue(response, 1);
        var error = LuaCodec.EncodeOne(stack, -1, scratch);
        stack.PushNil();
        stack.SetUserValue(response, 1);   // sent: coroutines that live on cannot add to it
        stack.SetTop(response - 1);
        return error is null ? new ExitResult(scratch.WrittenSpan.ToArray(), null) : ExitResult.Failed(error);
    }

    private static int RequestField(LuaStack stack, string method, ReadOnlySpan<byte> field)
    {
        if (!PushRequest(stack)) return BadRequest(stack, method);
        stack.PushNil();
        stack.RawGetField(-2, field);
        return 2;
    }

    private static int Header(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 2, out string? name)) return BadText(stack, 2, "header");
        return Header(stack, "header", name.ToLowerInvariant());
    }

    private static int Header(LuaStack stack, string method, string name)
    {
        if (!PushHeader(stack, name)) return BadRequest(stack, method);
        stack.PushNil();
        stack.Insert(-2);
        return 2;
    }

    private static int ContentLength(LuaBehavior behavior, LuaStack stack)
    {
        if (!PushRequest(stack)) return BadRequest(stack, "content_length");
        stack.RawGetField(-1, "body"u8);
        var length = stack.RawLength(-1);
        stack.PushNil();
        stack.Push(length);
        return 2;
    }

    private static int HasBody(LuaBehavior behavior, LuaStack stack)
    {
        if (!PushRequest(stack)) return BadRequest(stack, "has_body");
        stack.RawGetField(-1, "body"u8);
        var length = stack.RawLength(-1);
        stack.PushNil();
        stack.Push(length > 0);
        return 2;
    }

    private static int IsContentType(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 2, out string? type)) return BadText(stack, 2, "is_content_type");
        if (!PushHeader(stack, "content-type")) return BadRequest(stack, "is_content_type");
        var actual = stack.ToText(-1).Split(';')[0].Trim();
        stack.PushNil();
        stack.Push(actual.Equals(type, StringComparison.OrdinalIgnoreCase));
        return 2;
    }

    private static int Accepts(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 2, out string? type)) return BadText(stack, 2, "accepts");
        if (!PushHeader(stack, "accept")) return BadRequest(stack, "accepts");
        var accept = stack.ToText(-1);
        var family = $"{type.Split('/')[0]}/*";
        stack.PushNil();
        stack.Push(accept.Length == 0 || accept.Split(',').Select(one => one.Split(';')[0].Trim()).Any(one =>
            one == "*/*" || one.Equals(type, StringComparison.OrdinalIgnoreCase) || one.Equals(family, StringComparison.OrdinalIgnoreCase)));
        return 2;
    }

    // The first value of that name.
    private static int Query(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 2, out string? name)) return BadText(stack, 2, "query");
        if (!PushRequest(stack)) return BadRequest(stack, "query");
        stack.RawGetField(-1, "query"u8);
        stack.Push(name);
        if (stack.RawGet(-2) == LuaType.Table) stack.RawGet(-1, 1);
        stack.PushNil();
        stack.Insert(-2);
        return 2;
    }

    private static int QueryParams(LuaBehavior behavior, LuaStack stack)
    {
        if (!PushRequest(stack)) return BadRequest(stack, "query_params");
        stack.RawGetField(-1, "query"u8);
        var query = stack.Top;
        stack.PushNil();
        stack.NewTable();
        var result = stack.Top;
        stack.PushNil();
        while (stack.Next(query))
        {
            stack.PushValue(-2);
            stack.RawGet(-2, 1);
            stack.RawSet(result);
            stack.Pop(1);
        }
        return 2;
    }

    private static int Param(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 2, out string? name)) return BadText(stack, 2, "param");
        if (!PushRequest(stack)) return BadRequest(stack, "param");
        stack.RawGetField(-1, "params"u8);
        stack.Push(name);
        stack.RawGet(-2);
        stack.PushNil();
        stack.Insert(-2);
        return 2;
    }

    private static int BodyJson(LuaBehavior behavior, LuaStack stack)
    {
        if (!PushRequest(stack)) return BadRequest(stack, "body_json");
        stack.RawGetField(-1, "body"u8);
        var body = stack.ToBytes(-1);
        stack.PushNil();
        return LuaJson.Decode(behavior, stack, body) is { } error ? Failure(stack, error) : 2;
    }

    private static int SetStatus(LuaBehavior behavior, LuaStack stack)
    {
        if (!PushResponse(stack)) return BadResponse(stack, "set_status");
        if (stack.TypeOf(2) != LuaType.Number) return LuaArguments.Fault(stack, LuaArguments.Bad(1, "set_status", "number", LuaArguments.TypeName(stack, 2)));
        var status = (long)stack.ToNumber(2);
        if (status is < 200 or > 599) return Failure(stack, new Error(ErrorKind.Invalid, $"no status of a response: {status} (200 to 599)"));
        stack.Push(status);
        stack.RawSetField(-2, "status"u8);
        return True(stack);
    }

    private static int SetHeader(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 2, out string? name)) return BadText(stack, 2, "set_header");
        if (!LuaArguments.TryText(stack, 3, out string? value)) return BadText(stack, 3, "set_header");
        return SetHeader(stack, "set_header", name, value);
    }

    private static int SetContentType(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 2, out string? type)) return BadText(stack, 2, "set_content_type");
        return SetHeader(stack, "set_content_type", "Content-Type", type);
    }

    private static int SetHeader(LuaStack stack, string method, string name, string value)
    {
        if (!PushResponse(stack)) return BadResponse(stack, method);
        // Line ends would let a value speak for the server.
        if (name.Length == 0 || name.Any(c => c is <= ' ' or ':' or > '~') || value.Any(c => c is (< ' ' and not '\t') or > '~'))
        {
            return Failure(stack, new Error(ErrorKind.Invalid, $"no header: '{name}' (printable ASCII, no line ends)"));
        }
        stack.RawGetField(-1, "headers"u8);
        stack.Push(name);
        stack.Push(value);
        stack.RawSet(-3);
        return True(stack);
    }

    private static int Write(LuaBehavior behavior, LuaStack stack)
    {
        if (!PushResponse(stack)) return BadResponse(stack, "write");
        if (!LuaArguments.TryText(stack, 2, out ReadOnlySpan<byte> text)) return BadText(stack, 2, "write");
        var response = stack.Top;
        AppendBody(stack, text);
        stack.SetTop(response);
        return True(stack);
    }

    private static int WriteJson(LuaBehavior behavior, LuaStack stack)
    {
        stack.SetTop(2);
        if (!PushResponse(stack)) return BadResponse(stack, "write_json");
        var scratch = LuaBehavior.Scratch;
        if (LuaJson.Encode(stack, 2, scratch) is { } error) return Failure(stack, error);
        var response = stack.Top;
        AppendBody(stack, scratch.WrittenSpan);
        stack.SetTop(response);
        stack.RawGetField(response, "headers"u8);
        if (stack.RawGetField(-1, "Content-Type"u8) == LuaType.Nil)
        {
            stack.Push("application/json");
            stack.RawSetField(-3, "Content-Type"u8);
        }
        return True(stack);
    }

    // Everything is sent when the handler returns.
    private static int Flush(LuaBehavior behavior, LuaStack stack) => PushResponse(stack) ? True(stack) : BadResponse(stack, "flush");

    private static void AppendBody(LuaStack stack, ReadOnlySpan<byte> text)
    {
        stack.PushUserValue(1, 1);
        stack.RawGetField(-1, "body"u8);
        stack.Push(text);
        stack.RawSet(-2, stack.RawLength(-2) + 1);
    }

    private static bool PushHeader(LuaStack stack, string name)
    {
        if (!PushRequest(stack)) return false;
        stack.RawGetField(-1, "headers"u8);
        stack.Push(name);
        stack.RawGet(-2);
        return true;
    }

    private static bool PushRequest(LuaStack stack) => LuaArguments.Is(stack, 1, LuaUserdataKind.HttpRequest) && stack.PushUserValue(1, 1) == LuaType.Table;

    private static bool PushResponse(LuaStack stack) => LuaArguments.Is(stack, 1, LuaUserdataKind.HttpResponse) && stack.PushUserValue(1, 1) == LuaType.Table;

    private static int True(LuaStack stack)
    {
        stack.PushNil();
        stack.Push(true);
        return 2;
    }

    private static int NoRequest(LuaStack stack) => Failure(stack, new Error(ErrorKind.Invalid, "no HTTP request: this is not called by an http.endpoint"));

    private static int BadRequest(LuaStack stack, string method) => LuaArguments.Fault(stack, LuaArguments.Bad(1, method, "http.Request", LuaArguments.TypeName(stack, 1)));

    private static int BadResponse(LuaStack stack, string method) => LuaArguments.Is(stack, 1, LuaUserdataKind.HttpResponse)
        ? Failure(stack, new Error(ErrorKind.Invalid, "the response has been sent: the handler has returned"))
        : LuaArguments.Fault(stack, LuaArguments.Bad(1, method, "http.Response", LuaArguments.TypeName(stack, 1)));

    private static int BadText(LuaStack stack, int argument, string method) =>
        LuaArguments.Fault(stack, LuaArguments.Bad(argument - 1, method, "string", LuaArguments.TypeName(stack, argument)));

    private static int Failure(LuaStack stack, Error error)
    {
        stack.PushNil();
        stack.PushNil();
        LuaErrors.Push(stack, error);
        return 3;
    }
}
