local time = require("time")

local function main(parent, ticks)
  local ticker = time.ticker("20ms")
  local channel = ticker:channel()
  for tick = 1, ticks do
    channel:receive()
    process.send(parent, "tick")
  end
  return ticks
end

return { main = main }
