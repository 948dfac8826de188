-- n crashes of a child, one after the other: from just before the crash to the first line of the successor, which this
-- process starts when it hears of the end.
local function main(n, host)
  local inbox, events = process.inbox(), process.events()
  local self = process.pid()
  local function start()
    local pid, err = process.spawn_monitored("bench:crasher", host, self)
    if err then error(err) end
    return pid, inbox:receive():payload():data()
  end
  local child = start()
  return measure(n, function(count)
    local times = {}
    for i = 1, count do
      process.send(child, "crash")
      local crashed = inbox:receive():payload():data()
      events:receive()
      local started
      child, started = start()
      times[i] = (started - crashed) / 1000
    end
    return count, times
  end)
end

return { main = main }
