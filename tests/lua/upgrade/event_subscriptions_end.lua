local check = require("check")

-- Events that the old program subscribed to are not for the new one, those that had arrived included.
return { main = function()
  local pid = check.spawn_monitored("before")
  check.ok(process.send(pid, "go"))
  check.equal(check.exit_of(pid).value, "go")
end }

-- @process before
local events = require("events")
return { main = function()
  local sub = events.subscribe("upgrade.test")
  assert(events.send("upgrade.test", "changed", "/", 1))
  process.listen("go"):receive()
  process.send(process.pid(), "go")
  process.upgrade("app:after")
end }

-- @process after
return { main = function()
  return process.inbox():receive():topic()
end }
