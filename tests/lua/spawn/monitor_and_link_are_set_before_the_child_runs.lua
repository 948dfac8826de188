local check = require("check")

return { main = function()
  process.set_options({ trap_links = true })
  local events = process.events()
  for _ = 1, 20 do
    local pid = check.ok(process.spawn_linked_monitored("app:child", check.host()))
    local first, second = events:receive(), events:receive()
    check.equal(first.kind, process.event.EXIT)
    check.equal(second.kind, process.event.LINK_DOWN)
    check.equal(first.from, pid)
    check.equal(second.from, pid)
    check.matches(first.result.error, "at once")
    check.matches(second.result.error, "at once")
    check.equal(type(second.at), "number")
    check.equal(first.error, nil)
    check.equal(second.reason, nil)
  end
end }

-- @process child
return { main = function() error("at once") end }
