-- @once
local check = require("check")

return { main = function()
  local function down(n) return 1 + down(n + 1) end
  check.raises("stack overflow", down, 0)
  local t = setmetatable({}, {})
  getmetatable(t).__index = function(self, k) return self[k .. "x"] end
  check.raises("overflow", function() return t.a end)
  check.raises("overflow", function() local function f(s) return (s:gsub(".", f)) end return f("a") end)
  local co
  local function nest(n) if n > 0 then coroutine.wrap(nest)(n - 1) end end
  nest(1000)
  -- All is well afterwards.
  check.equal(#string.rep("x", 10), 10)
end }
