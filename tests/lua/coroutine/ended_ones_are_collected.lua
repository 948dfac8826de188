local check = require("check")

return { main = function()
  local time = require("time")
  local threads = setmetatable({}, { __mode = "k" })
  for _ = 1, 20 do
    for _ = 1, 50 do threads[coroutine.spawn(function() return {} end)] = true end
    time.sleep("1ms")
    for _ = 1, 300 do local _ = { {}, {}, {} } end
  end
  local left = 0
  for _ in pairs(threads) do left = left + 1 end
  check.yes(left < 500, left .. " of 1000")
end }
