-- n crashes of a service, one after the other: from just before the crash to the first line of the process that the supervisor
-- starts in its place, without delay.
local time = require("time")

local function main(n, host)
  local inbox = process.inbox()
  process.registry.register("restart on " .. host)
  local service
  local function await_start()
    local message = inbox:receive()
    service = message:from()
    return message:payload():data()
  end
  await_start()
  local times
  local result = measure(n, function(count)
    times = {}
    for i = 1, count do
      process.send(service, "crash")
      local crashed = inbox:receive():payload():data()
      times[i] = (await_start() - crashed) / 1000
    end
    return count
  end)
  table.sort(times)
  result.p50_us, result.p99_us, result.max_us = times[math.ceil(n * 0.5)], times[math.ceil(n * 0.99)], times[n]
  return result
end

return { main = main }
