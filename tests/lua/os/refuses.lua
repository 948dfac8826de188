local check = require("check")

return { main = function()
  for _, name in ipairs { "execute", "exit", "getenv", "remove", "rename", "setlocale", "tmpname" } do check.equal(os[name], nil, name) end
  check.raises("read%-only", function() os.time = nil end)
  check.raises("field 'day' missing in date table", os.time, { year = 2024, month = 1 })
  check.raises("field 'month'", os.time, { year = 2024, day = 1, month = "x" })
  check.raises("bad argument #1 to 'time' %(table expected, got number%)", os.time, 5)
  check.raises("bad argument #1 to 'date' %(invalid conversion specifier '%%Q'%)", os.date, "%Q")
  check.raises("bad argument #2 to 'date'", os.date, "%c", "soon")
  check.raises("date result cannot be represented", os.date, "%c", math.maxinteger)
end }
