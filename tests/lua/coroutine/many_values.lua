local check = require("check")

local function numbers(n)
  local t = {}
  for i = 1, n do t[i] = i end
  return unpack(t, 1, n)
end

return { main = function()
  local co = coroutine.wrap(function(...)
    local n = select("#", ...)
    while true do n = select("#", coroutine.yield(numbers(n))) end
  end)
  for _, n in ipairs { 0, 1, 19, 20, 21, 250, 5000 } do
    check.equal(select("#", co(numbers(n))), n)
    check.equal(select(-1, 0, co(numbers(n))), n)
  end
  check.equal(select("#", coroutine.resume(coroutine.create(function() return numbers(5000) end))), 5001)
end }
