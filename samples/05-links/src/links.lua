local io = require("io")

local function main()
  local events = process.events()

  -- 1. Two processes linked to each other share their fate: when the rope tears, the climber ends as well.
  local ropes = process.listen("rope")
  local climber, err = process.spawn_monitored("app:climber", "app:workers", process.pid())
  if err then return nil, err end
  process.send(ropes:receive(), "tear")
  local exit = events:receive()
  io.print("the climber ended: " .. exit.result.error:message())

  -- 2. A process that traps links is told instead, and lives on.
  process.set_options { trap_links = true }
  local rope = process.spawn_linked("app:rope", "app:workers")
  process.send(rope, "tear")
  local event = events:receive()
  io.print("I hold " .. event.kind .. " from my rope: " .. tostring(event.from == rope))

  -- 3. An ordinary end breaks a link without harm, and without news.
  local other = process.spawn_linked_monitored("app:rope", "app:workers")
  process.send(other, "let go")
  local done = events:receive()
  io.print("the other rope: " .. done.kind .. ", " .. done.result.value)
  return 0
end

return { main = main }
