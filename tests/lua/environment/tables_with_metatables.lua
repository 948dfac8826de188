-- The functions of table take a table as it is, whatever its metatable says.
local check = require("check")

return { main = function()
  local mt = { __len = function() return 1000 end, __index = function() return "made up" end, __newindex = function() end }
  local t = setmetatable({ "a", "b" }, mt)
  table.insert(t, "c")
  table.insert(t, 1, "first")
  check.equal(table.concat(t, ","), "first,a,b,c")
  check.equal(table.remove(t, 1), "first")
  check.equal(table.remove(t), "c")
  check.same({ table.unpack(t) }, { "a", "b" })
  check.same({ unpack(t) }, { "a", "b" })
  check.equal(getmetatable(t), mt)
  check.raises("out of bounds", table.insert, t, 10, "x")
  check.equal(getmetatable(t), mt)

  local protected = setmetatable({ 3, 1, 2 }, { __metatable = "mine", __len = function() return 1 end })
  table.sort(protected)
  check.same({ rawget(protected, 1), rawget(protected, 2), rawget(protected, 3) }, { 1, 2, 3 })
  check.equal(getmetatable(protected), "mine")
end }
