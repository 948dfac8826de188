local check = require("check")

return { main = function()
  local time = require("time")
  local child = check.ok(process.spawn_linked_monitored("app:child", check.host()))
  check.equal(process.unlink(child), true)
  check.equal(process.unlink(child), true)
  process.send(child, "fail")
  check.matches(check.exit_of(child).error, "failed")
  time.sleep("10ms")

  -- Either side dissolves both directions.
  child = check.ok(process.spawn_linked_monitored("app:unlinks", check.host(), process.pid()))
  process.inbox():receive()
  process.send(child, "fail")
  check.matches(check.exit_of(child).error, "failed")
  time.sleep("10ms")
end }

-- @process child
return { main = function()
  process.inbox():receive()
  error("failed")
end }

-- @process unlinks
return { main = function(parent)
  assert(process.unlink(parent))
  process.send(parent, "unlinked")
  process.inbox():receive()
  error("failed")
end }
