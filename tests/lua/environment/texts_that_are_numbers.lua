-- Arithmetic takes texts that are numbers, as in Lua 5.1.
local check = require("check")

return { main = function()
  check.equal("10" + 5, 15)
  check.equal("3" * "4", 12)
  check.equal(10 - "2.5", 7.5)
  check.equal("7" // 2, 3)
  check.equal("7" % 4, 3)
  check.equal("9" / 3, 3)
  check.equal("2" ^ "3", 8)
  check.equal(-"2", -2)
  check.equal("0x10" + 0, 16)
  check.raises("app:test:%d+: attempt to add a 'string' with a 'number'", function() return "ten" + 5 end)
  check.raises("attempt to add a 'string' with a 'nil'", function() return "10" + nil end)
  check.equal(setmetatable({}, { __add = function(a, b) return b end }) + "x", "x")
  check.raises("attempt to compare", function() return 1 < "2" end)
  check.equal("10" == 10, false)
end }
