local check = require("check")

return { main = function()
  local pid = check.spawn_monitored("child")
  check.equal(check.exit_of(pid).value, "slept, handed")
end }

-- @process child
local time = require("time")
time.sleep("20ms")
local ch = channel.new()
coroutine.spawn(function() time.sleep("5ms") ch:send("handed") end)
local text = "slept, " .. ch:receive()
return { main = function() return text end }
