local check = require("check")

return { main = function()
  local time = require("time")
  local done = channel.new()
  local total = 0
  for round = 1, 5 do
    for i = 1, 100 do
      coroutine.spawn(function()
        local value = coroutine.wrap(function() return (coroutine.yield(i)) end)()
        if i % 3 == 0 then time.sleep("1ms") end
        local timeout = time.after("2ms")
        if i % 7 == 0 then timeout:receive() end
        done:send(value)
      end)
    end
    for _ = 1, 100 do total = total + done:receive() end
    for _ = 1, 300 do local _ = { {}, {}, {} } end
  end
  check.equal(total, 5 * 5050)
  time.sleep("10ms")
end }
