-- n round trips to another node, one at a time.
local time = require("time")

local function main(n)
  local inbox = process.inbox()
  local counter = process.registry.lookup("bench.counter")
  while not counter do
    time.sleep("10ms")
    counter = process.registry.lookup("bench.counter")
  end
  local trips
  local result = measure(n, function(count)
    trips = {}
    for i = 1, count do
      local sent = time.now()
      process.send(counter, "total")
      inbox:receive()
      trips[i] = time.now():sub(sent):nanoseconds() / 1000
    end
    return count
  end)
  table.sort(trips)
  result.p50_us, result.p99_us, result.max_us = trips[math.ceil(n * 0.5)], trips[math.ceil(n * 0.99)], trips[n]
  return result
end

return { main = main }
