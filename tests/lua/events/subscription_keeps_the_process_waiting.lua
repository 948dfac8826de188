local check = require("check")

-- A process that only waits for events is idle, not deadlocked, and its end frees its subscriptions.
return { main = function()
  local events = require("events")
  local pid = check.spawn_monitored("waiter", process.pid())
  process.inbox():receive()
  events.send("app", "go", "/", "value")
  check.equal(check.exit_of(pid).value, "value")
  check.equal(events.send("app", "go", "/", "nobody"), true)
end }

-- @process waiter
return { main = function(parent)
  local channel = require("events").subscribe("app"):channel()
  process.send(parent, "ready")
  return channel:receive().data
end }
