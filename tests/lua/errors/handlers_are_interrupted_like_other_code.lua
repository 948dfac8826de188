local check = require("check")

return { main = function()
  local child = check.spawn_monitored("child")
  require("time").sleep("5ms")
  process.terminate(child)
  check.equal(check.exit_of(child).error:message(), "process terminated")
end }

-- @process child
return { main = function()
  xpcall(error, function() while true do end end)
end }
