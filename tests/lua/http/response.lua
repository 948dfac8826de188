-- @endpoint POST /things
-- @request POST /api/things
-- @body x
-- @response 201 one two 3
-- @responds Location: /api/things/1
-- @responds Content-Type: text/plain
-- @responds Content-Length: 9
local function main()
  local res = check.ok(http.response())
  check.equal(check.ok(res:set_status(http.STATUS.ACCEPTED)), true)
  check.ok(res:set_status(http.STATUS.CREATED))
  check.equal(check.ok(res:set_header("Location", "/api/things/1")), true)
  check.equal(check.ok(res:set_content_type(http.CONTENT.TEXT)), true)
  check.equal(check.ok(res:write("one ")), true)
  check.ok(res:flush())
  check.equal(http.response(), res, "there is one response to a request")
  check.ok(http.response():write("two "))
  check.ok(res:write(3))
  return "has no meaning"
end

return { main = main }
