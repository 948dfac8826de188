local check = require("check")

return { main = function()
  local time = require("time")
  local step = coroutine.wrap(function()
    local me = coroutine.running()
    for i = 1, 100 do
      check.equal(coroutine.running(), me)
      coroutine.yield(i)
    end
  end)
  local out = channel.new(100)
  for _ = 1, 4 do
    coroutine.spawn(function()
      for _ = 1, 25 do
        out:send(step())
        time.sleep("1ms")
      end
    end)
  end
  local sum = 0
  for _ = 1, 100 do sum = sum + out:receive() end
  check.equal(sum, 5050)
end }
