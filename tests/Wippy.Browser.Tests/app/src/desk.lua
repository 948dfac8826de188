local time = require("time")

-- A job each moment, to whoever is the worker then; nobody may be, for a while.
local function main()
  local events, tick = process.events(), time.ticker("200ms")
  local number = 0
  while true do
    local ready = channel.select { events:case_receive(), tick:response():case_receive() }
    if ready.channel == events then return end
    number = number + 1
    process.send("worker", "job", number)
  end
end

return { main = main }
