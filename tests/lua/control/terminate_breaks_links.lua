local check = require("check")

return { main = function()
  process.set_options({ trap_links = true })
  local child = check.ok(process.spawn_linked("app:child", check.host()))
  process.terminate(child)
  local event = process.events():receive()
  check.equal(event.kind, process.event.LINK_DOWN)
  check.equal(event.result.error:message(), "process terminated")
end }

-- @process child
return { main = function() process.inbox():receive() end }
