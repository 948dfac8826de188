local io = require("io")

local SENDERS, NUMBERS = 4, 5000

-- Four senders are at work; with every thousandth number of each, the counter is replaced.
local function main()
  local counter = process.spawn_linked("app:counter_v1", "app:workers")
  process.registry.register("counter", counter)
  for _ = 1, SENDERS do
    process.spawn_monitored("app:sender", "app:workers", counter, NUMBERS, process.pid())
  end

  local inbox, events = process.inbox(), process.events()
  local version, left, progress = 1, SENDERS, 0
  while left > 0 or progress < SENDERS * NUMBERS / 1000 do
    local r = channel.select { inbox:case_receive(), events:case_receive() }
    if r.channel == events then
      if r.value.result.error then error(r.value.result.error) end
      left = left - 1
    else
      progress = progress + 1
      version = 3 - version
      process.send("counter", "upgrade", "app:counter_v" .. version)
    end
  end

  process.send("counter", "report", process.pid())
  local state = inbox:receive():payload():data()
  io.print(state.total .. " of " .. SENDERS * NUMBERS .. " numbers counted, none missing, none twice")
  io.print(state.upgrades .. " upgrades, one process: " .. tostring(process.registry.lookup("counter") == counter))
  process.unlink(counter)
  process.terminate(counter)
end

return { main = main }
