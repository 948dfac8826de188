local check = require("check")

return { main = function()
  local pid = check.spawn_monitored("child")
  check.exit_of(pid)
  check.failed("NotFound", "process not found", process.send(pid, "t"))
  local _, err = process.send(pid, "t")
  check.yes(string.find(tostring(err), "not found"))
end }

-- @process child
return { main = function() end }
