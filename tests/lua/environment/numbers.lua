local check = require("check")

return { main = function()
  for text, value in pairs { ["5"] = 5, ["0xFF"] = 0xFF, ["9223372036854775807"] = 9223372036854775807 } do
    check.equal(math.type(value), "integer", text)
    check.equal(tostring(value), tostring(tonumber(text)))
  end
  for _, value in ipairs { 5.0, 1e3, 0x.8p1, 4 / 2, 2 ^ 2 } do check.equal(math.type(value), "float") end
  for _, value in ipairs { 7 // 2, 7 % 2, 2 * 3, 5 - 1, 1 << 4, 6 & 3, 6 | 1, 6 ~ 3, ~0, 3.0 & 1 } do check.equal(math.type(value), "integer") end
  check.equal(math.type(7.0 // 2), "float")
  check.equal(math.type("5"), nil)
  check.equal(math.maxinteger + 1, math.mininteger)
  check.equal(-7 // 2, -4)
  check.equal(-7 % 3, 2)

  check.yes(1 == 1.0)
  local t = { [1] = "integer" }
  check.equal(t[1.0], "integer")
  t[2.0] = "float"
  check.equal(t[2], "float")
  check.equal(math.type(next({ [3.0] = true })), "integer")

  check.raises("divide by zero", function() return 1 // 0 end)
  check.raises("'n%%0'", function() return 1 % 0 end)
  check.equal(1.0 // 0, 1 / 0)
  check.yes(0 / 0 ~= 0 / 0)
  check.raises("no integer representation", function() return 1.5 & 1 end)

  check.equal(tonumber("0x10"), 16)
  check.equal(tonumber("  12  "), 12)
  check.equal(tonumber("10", 2), 2)
  check.equal(tonumber("zz", 36), 1295)
  check.equal(tonumber("1e3"), 1000)
  for _, bad in ipairs { "", "abc", "1 2", "0x", "1e" } do check.equal(tonumber(bad), nil, bad) end
  check.equal(tonumber(nil), nil)
  check.equal(tonumber({}), nil)

  check.equal(math.tointeger(3.0), 3)
  check.equal(math.tointeger(3.5), nil)
  check.equal(math.ult(1, -1), true)
  for text, value in pairs { ["1e-05"] = 1e-5, ["0.0001"] = 1e-4, ["100000000000000000000"] = 1e20, ["1e+21"] = 1e21, ["1e+100"] = 1e100, ["-0"] = -0.0 } do
    check.equal(tostring(value), text)
  end
end }
