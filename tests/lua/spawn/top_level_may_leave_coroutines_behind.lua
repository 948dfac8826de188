local check = require("check")

return { main = function()
  local pid = check.spawn_monitored("child")
  check.equal(check.exit_of(pid).value, "ticks: 3")
end }

-- @process child
local time = require("time")
local ticker = time.ticker("10ms")
local done = channel.new()
coroutine.spawn(function()
  for _ = 1, 3 do ticker:channel():receive() end
  done:send("ticks: 3")
end)
return { main = function() return (done:receive()) end }
