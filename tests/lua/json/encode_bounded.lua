-- @once
local check = require("check")

return { main = function()
  -- A few tables that stand for very much text.
  local wide = { 1 }
  for _ = 1, 60 do wide = { wide, wide } end
  local text, err = json.encode(wide)
  check.equal(text, nil)
  check.matches(err, "more than 1000000 values")

  local long = string.rep("x", 1024 * 1024)
  local pages = {}
  for i = 1, 17 do pages[i] = long end
  text, err = json.encode(pages)
  check.equal(text, nil)
  check.matches(err, "more than 16777216 bytes")
end }
