-- @endpoint GET /
-- @request GET /api
-- @response 200
local function main()
  local req = check.ok(http.request())
  check.equal(req:has_body(), false)
  check.equal(req:body(), "")
  check.equal(req:content_type(), nil)
  check.equal(req:content_length(), 0)
  check.equal(req:is_content_type(http.CONTENT.JSON), false)
  check.equal(req:accepts("image/png"), true, "who does not say takes everything")
  check.same(req:params(), {})
  check.same(req:query_params(), {})
  check.equal(req:query("q"), nil)
  check.equal(req:param("id"), nil)
  local value, err = req:body_json()
  check.equal(value, nil)
  check.equal(err:kind(), errors.INVALID)
end

return { main = main }
