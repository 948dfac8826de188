local check = require("check")

return { main = function()
  local child = check.spawn_monitored("polite")
  check.equal(process.cancel(child, "enough"), true)
  local value = check.exit_of(child).value
  check.equal(value.kind, "pid.cancel")
  check.equal(value.reason, "enough")
  check.equal(value.from, process.pid())
  check.equal(type(value.at), "number")
  check.equal(value.result, nil)

  child = check.spawn_monitored("polite")
  check.equal(process.cancel(child), true)
  check.equal(check.exit_of(child).value.reason, "")

  check.failed("Internal", "process not found", process.cancel(child))
  check.failed("NotFound", "could not resolve 'x' as PID or registered name", process.cancel("x"))
  check.raises("bad argument #1 to 'cancel'", process.cancel)

  -- One that does not listen to events goes on.
  child = check.spawn_monitored("deaf")
  check.equal(process.cancel(child, "please"), true)
  check.equal(check.exit_of(child).value, "finished")
end }

-- @process polite
return { main = function() return (process.events():receive()) end }

-- @process deaf
return { main = function()
  require("time").sleep("100ms")
  return "finished"
end }
