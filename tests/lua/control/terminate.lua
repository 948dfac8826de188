local check = require("check")

return { main = function()
  for _, how in ipairs { "idle", "sleeping", "blocked on a channel", "looping", "nested", "not started" } do
    local child = check.spawn_monitored("child", how)
    if how ~= "not started" then require("time").sleep("5ms") end
    check.equal(process.terminate(child), true)
    local err = check.exit_of(child).error
    check.equal(err:message(), "process terminated", how)
    check.equal(err:kind(), "Internal")
    check.matches(select(2, process.send(child, "t")), "not found")
    check.failed("Internal", "process not found", process.terminate(child))
  end
  check.failed("NotFound", "could not resolve 'x' as PID or registered name", process.terminate("x"))
  check.raises("bad argument #1 to 'terminate'", process.terminate)
end }

-- @process child
return { main = function(how)
  local time = require("time")
  if how == "idle" or how == "not started" then process.inbox():receive() end
  if how == "sleeping" then time.sleep("1h") end
  if how == "blocked on a channel" then channel.new():receive() end
  if how == "nested" then
    coroutine.wrap(function() coroutine.wrap(function() time.sleep("1h") end)() end)()
  end
  while true do end
end }
