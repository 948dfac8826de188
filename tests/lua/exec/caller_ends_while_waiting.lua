local check = require("check")

-- The one that was executed goes on.
return { main = function()
  check.ok(process.registry.register("root"))
  local caller = check.spawn_monitored("caller")
  local worker = process.inbox():receive():from()
  check.ok(process.terminate(caller))
  check.equal(tostring(check.exit_of(caller).error), "process terminated")
  check.ok(process.monitor(worker))
  check.ok(process.send(worker, "go"))
  check.equal(check.exit_of(worker).value, "worked on")
end }

-- @process caller
return { main = function()
  return process.exec("app:worker", process.pid():match("([^{@]+)|"))
end }

-- @process worker
return { main = function()
  process.send("root", "up")
  process.inbox():receive()
  return "worked on"
end }
