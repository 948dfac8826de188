-- @once
local check = require("check")

return { main = function()
  local value, err = json.decode(string.rep(" ", 16 * 1024 * 1024) .. "1")
  check.failed("LimitExceeded", "a JSON text of 16777217 bytes (the limit is 16777216)", value, err)

  value, err = json.decode("[" .. string.rep("1,", 1000000) .. "1]")
  check.failed("Internal", "cannot decode JSON: more than 1000000 values", value, err)
end }
