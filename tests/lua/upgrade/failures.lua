local check = require("check")

return { main = function()
  check.ok(process.registry.register("root"))
  -- What goes wrong after the old program was given up ends the process; its monitors learn why, its name is free.
  for target, message in pairs {
    ["app:missing"] = "^upgrade: create failed: factory not found$",
    ["app:broken"] = "^upgrade: init failed: failed to execute script: app:broken:%d+: top level$",
    ["app:unreadable"] = "^upgrade: create failed: failed to execute script: app:unreadable:%d+:",
    ["app:without_method"] = '^upgrade: init failed: method "main" not found in module$',
  } do
    local pid = check.spawn_monitored("child", target)
    check.ok(process.send(pid, "go"))
    local result = check.exit_of(pid)
    check.matches(result.error, message, target)
    check.equal(process.registry.lookup("child"), nil)
    check.failed("Internal", "pid not registered", process.monitor(pid))
  end

  -- What is wrong before raises, with the path of what cannot be carried, and ends a program that does not catch it.
  for what, message in pairs {
    ["function"] = "cannot send a function %(argument 1.deep.f%)",
    channel = "cannot send a channel %(argument 1.deep.f%)",
    coroutine = "cannot send a coroutine %(argument 1.deep.f%)",
  } do
    local pid = check.spawn_monitored("child", nil, what)
    check.ok(process.send(pid, "go"))
    check.matches(check.exit_of(pid).error, message)
  end
  local pid = check.spawn_monitored("child", "nonsense")
  check.ok(process.send(pid, "go"))
  check.matches(check.exit_of(pid).error, "invalid process ID format")
  check.raises("bad argument #1 to 'upgrade'", process.upgrade, {})

  -- Caught, nothing has happened.
  local ok, err = pcall(process.upgrade, nil, print)
  check.equal(ok, false)
  check.equal(err:kind(), "Invalid")
  check.equal(process.registry.lookup("root"), process.pid())

  -- An upgrade while the program is being loaded is none.
  local child, why = process.spawn("app:impatient", check.host())
  check.equal(child, nil)
  check.matches(why, "the program has not started yet")
end }

-- @process child
return { main = function(target, what)
  process.registry.register("child")
  process.inbox():receive()
  local f = what == "function" and print or what == "channel" and channel.new() or what == "coroutine" and coroutine.create(print) or nil
  process.upgrade(target, { deep = { f = f } })
end }

-- @process broken
error("top level")

-- @process unreadable
this is not Lua

-- @process without_method
return { other = function() end }

-- @process impatient
process.upgrade()
return { main = function() end }
