-- Whoever has ended a process need not wait until that has come about.
local check = require("check")

return { main = function()
  for _, how in ipairs { "idle", "sleeping", "looping" } do
    local child = check.spawn("child", how)
    require("time").sleep("5ms")
    check.equal(process.terminate(child), true)
    check.failed("Internal", "process not found", process.terminate(child))
    check.failed("Internal", "process not found", process.cancel(child))
    check.failed("Internal", "pid not registered", process.monitor(child))
    check.failed("Internal", "pid not registered", process.link(child))
    check.equal(process.unmonitor(child), true)
    check.equal(process.unlink(child), true)
  end
end }

-- @process child
return { main = function(how)
  if how == "idle" then process.inbox():receive() end
  if how == "sleeping" then require("time").sleep("1h") end
  while true do end
end }
