local check = require("check")

return { main = function()
  local child = check.spawn_monitored("child")
  if process.pid():find("app:user|", 1, true) then
    -- Not for a process of the user zone that has no actor and scope.
    check.failed("PermissionDenied", "not allowed to register foreign pid " .. child .. " under name \"worker\"", process.registry.register("worker", child))
    check.ok(process.terminate(child))
    return
  end
  check.equal(process.registry.register("worker", child), true)
  check.equal(process.registry.lookup("worker"), child)
  check.ok(process.send("worker", "end"))
  check.exit_of(child)
  check.failed("NotFound", "name not registered", process.registry.lookup("worker"))

  -- The PID need not be alive.
  check.equal(process.registry.register("ghost", child), true)
  check.equal(process.registry.lookup("ghost"), child)
  check.failed("NotFound", "process not found", process.send("ghost", "t"))
end }

-- @process child
return { main = function() process.inbox():receive() end }
