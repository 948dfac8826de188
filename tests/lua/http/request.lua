-- @endpoint PUT /items
-- @request PUT /api/items
-- @header X-Custom: v
-- @header Accept: text/html;q=0.5, application/json
-- @header Content-Type: Application/JSON; charset=utf-8
-- @body {"n": 5, "list": [1, null, 3]}
-- @response 200
local function main()
  local req = check.ok(http.request())
  check.equal(req:method(), http.METHOD.PUT)
  check.equal(req:path(), "/api/items")
  check.matches(req:host(), "^127%.0%.0%.1:%d+$")
  check.equal(req:remote_addr(), "127.0.0.1")

  check.equal(req:header("x-custom"), "v")
  check.equal(req:header("X-CUSTOM"), "v")
  check.equal(req:header("X-None"), nil)
  check.equal(req:headers()["x-custom"], "v")
  check.equal(req:headers()["X-Custom"], nil)

  check.equal(req:content_type(), "Application/JSON; charset=utf-8")
  check.equal(req:is_content_type(http.CONTENT.JSON), true)
  check.equal(req:is_content_type("text/json"), false)
  check.equal(req:accepts("text/html"), true)
  check.equal(req:accepts("application/json"), true)
  check.equal(req:accepts("image/png"), false)

  check.equal(req:has_body(), true)
  check.equal(req:body(), '{"n": 5, "list": [1, null, 3]}')
  check.equal(req:content_length(), #req:body())
  check.same(check.ok(req:body_json()), { n = 5, list = { 1, nil, 3 } })
end

return { main = main }
