-- @endpoint GET /
-- @request GET /api/
-- @response 200 intact
local function main()
  local res = check.ok(http.response())
  for _, status in ipairs { 199, 600, -1 } do
    check.failed(errors.INVALID, "no status of a response: " .. status .. " (200 to 599)", res:set_status(status))
  end
  local line_end = "no header: 'X-A' (printable ASCII, no line ends)"
  check.failed(errors.INVALID, line_end, res:set_header("X-A", "b\r\nSet-Cookie: c"))
  check.failed(errors.INVALID, "no header: 'a b' (printable ASCII, no line ends)", res:set_header("a b", "c"))
  check.failed(errors.INVALID, "no header: '' (printable ASCII, no line ends)", res:set_header("", "c"))

  check.raises("number expected, got string", res.set_status, res, "teapot")
  check.raises("string expected, got table", res.write, res, {})
  check.raises("string expected, got no value", res.set_header, res, "X-A")
  check.raises("string expected, got nil", http.request().query, http.request())
  check.raises("http.Response expected, got", res.write, http.request(), "x")
  check.raises("http.Request expected, got", http.request().body, res)
  check.ok(res:write("intact"))
end

return { main = main }
