-- n messages to another node, the last one acknowledged with how many have arrived.
local time = require("time")

local function main(n)
  local inbox = process.inbox()
  local counter = process.registry.lookup("bench.counter")
  while not counter do
    time.sleep("10ms")
    counter = process.registry.lookup("bench.counter")
  end
  return measure(n, function(count)
    for _ = 1, count do
      local sent, err = process.send(counter, "add", 1)
      while err and err:kind() == errors.UNAVAILABLE do   -- the channel is full
        time.sleep("1ms")
        sent, err = process.send(counter, "add", 1)
      end
      if not sent then error(err) end
    end
    process.send(counter, "total")
    return inbox:receive():payload():data()
  end)
end

return { main = main }
