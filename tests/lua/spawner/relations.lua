local check = require("check")

return { main = function()
  local host = check.host()
  check.ok(process.set_options({ trap_links = true }))
  local builder = process.with_options({}):with_message("go")
  local plain = check.ok(builder:spawn("app:fails", host))
  local monitored = check.ok(builder:spawn_monitored("app:fails", host))
  check.matches(check.exit_of(monitored).error, "broken")
  local linked = check.ok(builder:spawn_linked("app:fails", host))
  local event = process.events():receive()
  check.equal(event.kind, process.event.LINK_DOWN)
  check.equal(event.from, linked)
  local both = check.ok(builder:spawn_linked_monitored("app:fails", host))
  check.matches(check.exit_of(both).error, "broken")
  event = process.events():receive()
  check.equal(event.kind, process.event.LINK_DOWN)
  check.equal(event.from, both)
  check.yes(plain ~= both)
end }

-- @process fails
return { main = function()
  process.inbox():receive()
  error("broken")
end }
