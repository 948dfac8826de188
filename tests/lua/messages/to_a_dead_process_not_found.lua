local check = require("check")

return { main = function()
  local pid = check.spawn_monitored("child")
  check.exit_of(pid)
  check.failed("NotFound", "process not found", process.send(pid, "t"))
  local _, err = process.send(pid, "t")
  check.yes(string.find(tostring(err), "not found"))

  -- Whoever has ended one need not wait until that has come about.
  pid = check.spawn_monitored("child", "waits")
  require("time").sleep("5ms")
  check.equal(process.terminate(pid), true)
  check.failed("NotFound", "process not found", process.send(pid, "t"))
end }

-- @process child
return { main = function(how)
  if how == "waits" then process.inbox():receive() end
end }
