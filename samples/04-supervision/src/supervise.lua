-- Lets a worker crash and starts another one.

local io = require("io")

local JOBS = { { 10, 2 }, { 1, 0 }, { 9, 3 } }

-- Monitored from before its first step, so that its end cannot be missed.
local function start()
  local pid, err = process.spawn_monitored("app:divider", "app:workers")
  if err then error(err) end
  return pid
end

local function main()
  local inbox, events = process.inbox(), process.events()
  local worker = start()

  for _, job in ipairs(JOBS) do
    local a, b = job[1], job[2]
    process.send(worker, "divide", { a = a, b = b })

    local ready = channel.select { inbox:case_receive(), events:case_receive() }
    if ready.channel == inbox then
      io.print(a .. " // " .. b .. " = " .. ready.value:payload():data())
    elseif ready.value.kind == process.event.EXIT and ready.value.from == worker then
      io.print(a .. " // " .. b .. " failed: " .. ready.value.result.error:message())
      worker = start()
      io.print("started another worker")
    else
      return 130 -- CANCEL: somebody pressed Ctrl+C
    end
  end

  process.terminate(worker)
  return 0
end

return { main = main }
