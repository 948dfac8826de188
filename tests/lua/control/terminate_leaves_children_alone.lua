local check = require("check")

return { main = function()
  check.ok(process.registry.register("root"))
  local parent = check.spawn_monitored("parent", check.host())
  local child = process.inbox():receive():payload():data()
  check.ok(process.terminate(parent))
  check.equal(check.exit_of(parent).error:message(), "process terminated")
  check.ok(process.send(child, "ping"))
  check.equal(process.inbox():receive():from(), child)
end }

-- @process parent
return { main = function(host)
  process.send("root", "child", process.spawn_monitored("app:child", host))
  process.inbox():receive()
end }

-- @process child
return { main = function()
  process.inbox():receive()
  process.send("root", "pong")
end }
