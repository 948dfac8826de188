local check = require("check")
local funcs = require("funcs")

return { main = function()
  local seen = check.ok(funcs.call("app:who", check.host()))
  check.matches(seen.pid, "^{app:who#lua%.%d+|0x%x+}$")
  check.equal(seen.id, "app:who")
  -- It could be talked to while it ran, by PID and by name.
  check.equal(seen.answer, "pong")
  -- Another call is another process of the same pool.
  local again = check.ok(funcs.call("app:who", check.host()))
  check.yes(again.pid ~= seen.pid)
  check.equal(again.pid:match("#lua%.%d+"), seen.pid:match("#lua%.%d+"))
  -- Now it is over: no process, no name, no place to spawn on.
  check.failed("NotFound", "process not found", process.send(seen.pid, "hello"))
  check.failed("NotFound", "name not registered", process.registry.lookup("function"))
  check.failed("Internal", "pid not registered", process.monitor(seen.pid))
  check.failed("NotFound", "host not found", process.spawn("app:echo", (seen.pid:match("{(.-)|"))))
end }

-- @function who
local check = require("check")
return { main = function(host)
  check.ok(process.registry.register("function"))
  local echo = check.ok(process.spawn_monitored("app:echo", host, process.pid()))
  local inbox = process.inbox()
  local answer = inbox:receive():payload():data()
  check.equal(check.exit_of(echo).value, "done")
  return { pid = process.pid(), id = process.id(), answer = answer }
end }

-- @process echo
return { main = function(to)
  process.send(to, "a", "pong")
  process.send("function", "b", "by name")
  return "done"
end }
