local check = require("check")

-- PID, names, monitors, links and options stay; the state is what the call hands over; local variables are new.
return { main = function()
  check.ok(process.registry.register("root"))
  check.ok(process.set_options({ trap_links = true }))
  local pid = check.ok(process.spawn_linked_monitored("app:counter", check.host(), { n = 1 }))
  for i = 2, 4 do
    check.ok(process.send(i == 2 and pid or "counter", "upgrade"))
    local said = process.inbox():receive()
    check.equal(said:from(), pid)
    check.same(said:payload():data(), { n = i, pid = pid, id = "app:counter", again = true, traps = true })
  end
  check.ok(process.send("counter", "fail"))
  check.matches(check.exit_of(pid).error, "broken in version 4")
  local event = process.events():receive()
  check.equal(event.kind, process.event.LINK_DOWN)
  check.equal(event.from, pid)
  check.equal(process.registry.lookup("counter"), nil)
end }

-- @process counter
local loaded = 0
return { main = function(state, again)
  loaded = loaded + 1
  if loaded > 1 then error("the state of Lua has survived") end
  if again then
    process.send("root", "up", {
      n = state.n, pid = process.pid(), id = process.id(), again = again, traps = process.get_options().trap_links,
    })
  else
    process.registry.register("counter")
    process.set_options({ trap_links = true })
  end
  while true do
    local topic = process.inbox():receive():topic()
    if topic == "fail" then error("broken in version " .. state.n) end
    process.upgrade(nil, { n = state.n + 1 }, true)
  end
end }
