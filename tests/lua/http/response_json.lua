-- @endpoint GET /list
-- @request GET /api/list
-- @response 200 {"items":[1,2.5,"ä"],"none":[]}
-- @responds Content-Type: application/json
local function main()
  local res = check.ok(http.response())
  check.ok(res:write_json({ items = { 1, 2.5, "ä" }, none = {} }))
  local written, err = res:write_json({ f = print })
  check.failed(errors.INTERNAL, "cannot encode a function (value.f)", written, err)
end

return { main = main }
