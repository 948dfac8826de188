local check = require("check")

return { main = function()
  check.equal(tostring(4 / 2), "2")
  check.equal(tostring(2), "2")
  check.equal(tostring(0.1 + 0.2), "0.30000000000000004")
  check.equal(tostring(1 / 0) .. tostring(-1 / 0) .. tostring(0 / 0), "+Inf-InfNaN")
  check.equal(tostring(nil) .. tostring(true) .. tostring("x"), "niltruex")
  check.equal(tostring(setmetatable({}, { __tostring = function() return "shown" end })), "shown")

  check.equal(string.format("%s %s", 6 / 2, 2.5), "3 2.5")
  check.equal(string.format("%d %i %x %X %o %c", 7.9, -7.9, 255.0, 255.0, 8.0, 65.0), "7 -7 ff FF 10 A")
  check.equal(string.format("%5.1f|%-5s|%05d|%%|%g", 2.25, 1.0, 3.0, 0.5), "  2.2|1    |00003|%|0.5")
  check.equal(string.format("%q", "a\nb"), '"a\\\nb"')
  check.equal(string.format("no values"), "no values")
  check.equal(("%s items"):format(10 / 2), "5 items")
  check.raises("no integer representation", string.format, "%d", 1 / 0)
  check.raises("number expected, got string", string.format, "%d", "x")
  check.raises("bad argument", string.format, "%d")

  check.equal(table.concat({ 4 / 2, 0.1 + 0.2, 7, "x", 1 / 0 }, " "), "2 0.30000000000000004 7 x +Inf")
  check.equal(table.concat({ "a", 2.0, 3.0, 4.0 }, ",", 2, 3), "2,3")
  check.equal(table.concat({ "a", 2.0, 3.0 }, ",", 2), "2,3")
  check.equal(table.concat({ [0] = "z", 1.0 }, ",", 0, 1), "z,1")
  check.equal(table.concat({ 1.0 }, ",", 2), "")
  check.raises("invalid value %(nil%) at index 2", table.concat, { 1.0 }, ",", 1, 2)
  check.raises("invalid value %(table%) at index 2", table.concat, { 1.0, {} })

  -- Native, and said so in the documentation.
  check.equal(4 / 2 .. "", "2.0")
end }
