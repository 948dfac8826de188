-- For n milliseconds a round trip with a ponger every millisecond, and how many microseconds after it was due each had come to its end. What
-- is late delays those behind it, and these count from when they were due, too.
local time = require("time")

local function main(n, _, ponger)
  local inbox = process.inbox()
  local trips = {}
  local began = time.now()
  local due = began
  repeat
    due = due:add("1ms")
    local early = due:sub(time.now())
    if early:nanoseconds() > 0 then time.sleep(early) end
    process.send(ponger, "ping", #trips)
    if inbox:receive():payload():data() ~= #trips then error("an answer is missing") end
    trips[#trips + 1] = time.now():sub(due):nanoseconds() / 1000
  until time.now():sub(began):milliseconds() >= n
  return { count = n, seconds = time.now():sub(began):seconds(), trips = trips }
end

return { main = main }
