-- Keeps a number of workers alive and tells the coordinator which PID works in which slot. A worker that crashes is
-- replaced; what it crashed on goes with the news. The coordinator links itself to this process when it starts it, so
-- this one learns of its end; it could not ask for that itself, since user code may only send to a terminal.

local logger = require("logger")

local function main(size, coordinator, aggregator, poison)
  local slots = {} -- PID to slot

  local function start(slot, crashed)
    local curious = slot == 1 and not crashed
    local pid, err = process.spawn_monitored("wordcount:worker", "wordcount:workers", aggregator, poison, curious)
    if err then error(err) end
    slots[pid] = slot
    process.send(coordinator, "worker", { slot = slot, pid = pid, crashed = crashed })
  end

  process.set_options { trap_links = true }
  for slot = 1, size do start(slot) end

  local events = process.events()
  while true do
    local event = events:receive()
    if event.kind == process.event.CANCEL or event.kind == process.event.LINK_DOWN then break end
    local slot = slots[event.from]
    if event.kind == process.event.EXIT and slot then
      slots[event.from] = nil
      local err = event.result.error
      local details = err and err:details() or {}
      logger:info("worker crashed, starting another", { slot = slot, error = err })
      start(slot, { line = details.line, reason = tostring(err) })
    end
  end
  for pid in pairs(slots) do process.terminate(pid) end
end

return { main = main }
