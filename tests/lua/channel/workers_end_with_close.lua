local check = require("check")

return { main = function()
  local time = require("time")
  local jobs, out, ended = channel.new(2), channel.new(), 0
  for _ = 1, 3 do
    coroutine.spawn(function()
      while true do
        local job, ok = jobs:receive()
        if not ok then
          ended = ended + 1
          return
        end
        time.sleep("3ms")
        out:send(job * 2)
      end
    end)
  end
  coroutine.spawn(function()
    for i = 1, 20 do jobs:send(i) end
    jobs:close()
  end)
  local sum = 0
  for _ = 1, 20 do sum = sum + out:receive() end
  check.equal(sum, 420)
  time.sleep("1ms")
  check.equal(ended, 3)
end }
