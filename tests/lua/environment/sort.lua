-- table.sort: any comparator comes to an end, loses nothing, and may wait.
local check = require("check")

local function is_sorted(t, less)
  for i = 2, #t do
    if less(t[i], t[i - 1]) then return false end
  end
  return true
end

return { main = function()
  local function ascending(a, b) return a < b end
  for _, count in ipairs { 0, 1, 2, 7, 8, 9, 100, 1000 } do
    local t, u = {}, {}
    for i = 1, count do t[i] = (i * 7919) % 101; u[i] = t[i] end
    table.sort(t)
    table.sort(u, function(a, b) return a < b end)
    check.yes(is_sorted(t, ascending))
    check.same(u, t)
    table.sort(t, function(a, b) return a > b end)
    check.yes(is_sorted(t, function(a, b) return a > b end))
  end

  local words = { "pear", "apple", "fig" }
  table.sort(words)
  check.same(words, { "apple", "fig", "pear" })

  local all = {}
  for i = 1, 500 do all[i] = i end
  table.sort(all, function() return math.random() < 0.5 end)
  local seen = {}
  for _, v in ipairs(all) do seen[v] = true end
  for i = 1, 500 do check.yes(seen[i]) end

  local slow = { 3, 1, 2 }
  table.sort(slow, function(a, b) time.sleep("1ms") return a < b end)
  check.same(slow, { 1, 2, 3 })

  local mt = { __lt = function(a, b) return a.n < b.n end }
  local objects = { setmetatable({ n = 2 }, mt), setmetatable({ n = 1 }, mt) }
  table.sort(objects)
  check.equal(objects[1].n, 1)

  -- As in the native one, without a position.
  check.raises("^attempt to compare string with number$", table.sort, { 1, "x" })
  check.raises("^attempt to compare two table values$", table.sort, { {}, {} })
  check.raises("table expected", table.sort)
  check.raises("function expected", table.sort, {}, 1)
end }
