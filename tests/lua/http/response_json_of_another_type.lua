-- @endpoint GET /problem
-- @request GET /api/problem
-- @response 404 {"title":"none"}
-- @responds Content-Type: application/problem+json
local function main()
  local res = check.ok(http.response())
  check.ok(res:set_content_type("application/problem+json"))
  check.ok(res:set_status(http.STATUS.NOT_FOUND))
  check.ok(res:write_json({ title = "none" }))
end

return { main = main }
