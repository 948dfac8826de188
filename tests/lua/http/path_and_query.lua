-- @endpoint GET /shops/{shop}/files/{path...}
-- @request GET /api/shops/a%20b/files/x/y%2Ez?q=1&q=2&empty=&text=%C3%A4%26
-- @response 200
local function main()
  local req = check.ok(http.request())
  check.equal(req:path(), "/api/shops/a b/files/x/y.z")
  check.equal(req:param("shop"), "a b")
  check.equal(req:param("path"), "x/y.z")
  check.equal(req:param("other"), nil)
  check.same(req:params(), { shop = "a b", path = "x/y.z" })

  check.equal(req:query("q"), "1", "the first one")
  check.equal(req:query("empty"), "")
  check.equal(req:query("text"), "ä&")
  check.equal(req:query("other"), nil)
  check.same(req:query_params(), { q = "1", empty = "", text = "ä&" })
end

return { main = main }
