-- Round trips of a pair for n seconds, while more processes than workers compute and never wait. For a tenth of that before, they do not count.
local time = require("time")

local function play(echo, inbox, seconds)
  local trips = {}
  local began = time.now()
  repeat
    local sent = time.now()
    process.send(echo, "ping", { op = "ping", n = #trips })
    inbox:receive()
    trips[#trips + 1] = time.now():sub(sent):nanoseconds() / 1000
  until time.now():sub(began):seconds() >= seconds
  return trips, time.now():sub(began):seconds()
end

local function main(n, host, loops)
  local inbox = process.inbox()
  local echo, err = process.spawn("bench:echo", host)
  if err then error(err) end
  for _ = 1, loops do
    local _, refused = process.spawn("bench:loop", host)
    if refused then error(refused) end
  end
  play(echo, inbox, n / 10)
  local trips, seconds = play(echo, inbox, n)
  local count = #trips
  table.sort(trips)
  return {
    count = n, seconds = seconds, trips = count,
    p50_us = trips[math.ceil(count * 0.5)], p99_us = trips[math.ceil(count * 0.99)], max_us = trips[count],
  }
end

return { main = main }
