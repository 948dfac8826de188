local check = require("check")

return { main = function()
  local time = require("time")
  local channels = {}
  for i = 1, 200 do
    coroutine.spawn(function() channels[i % 10] = time.after(tostring(i % 20 + 1) .. "ms") end)
  end
  time.sleep(1)
  -- The coroutines are gone and collected before their timers fire.
  for _ = 1, 100 do
    local t = {}
    for i = 1, 300 do t[i] = { i } end
  end
  time.sleep("50ms")
  for i = 0, 9 do check.yes(channels[i]:receive()) end
end }
