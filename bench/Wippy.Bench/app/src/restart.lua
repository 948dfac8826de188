-- n crashes of a service, one after the other: from just before the crash to the first line of the process that the supervisor
-- starts in its place, without delay.
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
  return measure(n, function(count)
    local times = {}
    for i = 1, count do
      process.send(service, "crash")
      local crashed = inbox:receive():payload():data()
      times[i] = (await_start() - crashed) / 1000
    end
    return count, times
  end)
end

return { main = main }
