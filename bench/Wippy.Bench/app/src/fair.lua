-- Round trips of a pair for n seconds, while more processes than workers compute and never wait.
local time = require("time")

local function main(n, host, loops)
  local inbox = process.inbox()
  local echo, err = process.spawn("bench:echo", host)
  if err then error(err) end
  for _ = 1, loops do
    local _, refused = process.spawn("bench:loop", host)
    if refused then error(refused) end
  end
  local trips = {}
  local began = time.now()
  repeat
    local sent = time.now()
    process.send(echo, "ping", { op = "ping", n = #trips })
    inbox:receive()
    trips[#trips + 1] = time.now():sub(sent):nanoseconds() / 1000
  until time.now():sub(began):seconds() >= n
  local seconds = time.now():sub(began):seconds()
  local count = #trips
  table.sort(trips)
  return {
    count = n, seconds = seconds, trips = count,
    p50_us = trips[math.ceil(count * 0.5)], p99_us = trips[math.ceil(count * 0.99)], max_us = trips[count],
  }
end

return { main = main }
