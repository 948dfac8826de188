-- n round trips to another node, one at a time.
local time = require("time")

local function main(n)
  local inbox = process.inbox()
  local counter = process.registry.lookup("bench.counter")
  while not counter do
    time.sleep("10ms")
    counter = process.registry.lookup("bench.counter")
  end
  return measure(n, function(count)
    local trips = {}
    for i = 1, count do
      local sent = time.now()
      process.send(counter, "total")
      inbox:receive()
      trips[i] = time.now():sub(sent):nanoseconds() / 1000
    end
    return count, trips
  end)
end

return { main = main }
