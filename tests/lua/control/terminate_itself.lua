local check = require("check")

return { main = function()
  local child = check.spawn_monitored("child")
  check.equal(check.exit_of(child).error:message(), "process terminated")
end }

-- @process child
return { main = function()
  process.terminate(process.pid())
  error("went on after its end")
end }
