-- Whom the position in front of a text names.
local check = require("check")

local function raise(level) error("text", level) end
local function call(level)
  raise(level)
end

return { main = function()
  check.equal(select(2, pcall(raise)), "app:test:4: text")
  check.equal(select(2, pcall(raise, 1)), "app:test:4: text")
  check.equal(select(2, pcall(call, 2)), "app:test:6: text")
  check.equal(select(2, pcall(raise, 0)), "text")
  local t = {}
  check.yes(select(2, pcall(error, t, 2)) == t)
  check.equal(select(2, pcall(error, 42)), 42)
  check.equal(select(2, pcall(error, nil)), nil)
  check.equal(select("#", pcall(error)), 2)
end }
