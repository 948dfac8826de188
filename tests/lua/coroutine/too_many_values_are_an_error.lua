local check = require("check")

local function numbers(n) return unpack({}, 1, n) end

-- So deep that few stack slots are left.
local function deep(n, f)
  if n == 0 then return f() end
  local result = deep(n - 1, f)
  return result
end

return { main = function()
  local inside = coroutine.create(function()
    return deep(150000, function() return select("#", coroutine.yield()) end)
  end)
  check.yes(coroutine.resume(inside))
  for _, n in ipairs { 100000, 150000, 190000 } do
    local ok, err = pcall(coroutine.resume, inside, numbers(n))
    if ok and err then break end
  end

  local outside = coroutine.create(function() return numbers(150000) end)
  deep(150000, function()
    pcall(coroutine.resume, outside)
    return 0
  end)
  check.equal(1 + 1, 2)
end }
