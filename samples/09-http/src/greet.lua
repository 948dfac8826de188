local http = require("http")

local function greet()
  local req = http.request()
  local res = http.response()
  res:set_content_type(http.CONTENT.TEXT)
  res:write("Hello, " .. (req:query("name") or "whoever you are") .. "!\n")
end

return { greet = greet }
