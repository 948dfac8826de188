-- @endpoint GET /outer
-- @request GET /api/outer
-- @response 200 inner saw /api/outer
local function main()
  local seen = check.ok(funcs.call("app:inner"))
  check.ok(http.response():write("inner saw " .. seen))
end

return { main = main }

-- @function inner
local function main()
  http.response():set_status(500)
  http.response():write("has no say in the response")
  return http.request():path()
end

return { main = main }
