-- pairs, ipairs and next take a table as it is, as in Lua 5.1.
local check = require("check")

return { main = function()
  local t = setmetatable({ "a", "b", x = 1 }, {
    __index = function(_, key) return key end,
    __pairs = function() return function() end end,
    __len = function() return 100 end,
  })
  local count = 0
  for i, value in ipairs(t) do
    check.equal(value, i == 1 and "a" or "b")
    count = i
  end
  check.equal(count, 2)

  local seen = {}
  for key, value in pairs(t) do seen[key] = value end
  check.same(seen, { "a", "b", x = 1 })
  check.equal(next(setmetatable({}, { __index = { 1 } })), nil)

  local step, state, first = pairs({})
  check.equal(type(step), "function")
  check.equal(type(state), "table")
  check.equal(first, nil)
  check.raises("bad argument #1 to 'pairs' %(table expected, got nil%)", pairs, nil)
  check.raises("bad argument #1 to 'pairs' %(table expected, got string%)", pairs, "x")
  check.raises("bad argument #1 to 'ipairs' %(table expected, got nil%)", ipairs)
  check.raises("app:test:%d+: bad argument #1 to 'ipairs'", function()
    for _ in ipairs(nil) do end
  end)
  check.raises("table expected", next, nil)

  -- Elements that are added or set to nil on the way.
  local list, sum = { 1, 2, 3 }, 0
  for i, value in ipairs(list) do
    sum = sum + value
    if i == 3 then list[4] = 10 end
  end
  check.equal(sum, 16)
  for key in pairs(list) do list[key] = nil end
  check.equal(next(list), nil)
end }
