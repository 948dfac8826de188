local check = require("check")

return { main = function()
  local pid = check.spawn_monitored("child")
  require("time").sleep("5ms")
  process.terminate(pid)
  check.equal(check.exit_of(pid).error:message(), "process terminated")
end }

-- @process child
return { main = function()
  local forever <close> = setmetatable({}, { __close = function() while true do end end })
  process.inbox():receive()
end }
