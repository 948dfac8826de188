local io = require("io")
local events = require("events")
local time = require("time")

-- Services have been started, but may not have come to their names yet.
local function await(name)
  while not process.registry.lookup(name) do time.sleep("5ms") end
  return process.registry.lookup(name)
end

local function main()
  await("alarm")
  local all = events.subscribe("house"):channel()
  local alarms = events.subscribe("house", "alarm.*"):channel()

  process.spawn("app:sensor", "app:workers", "kitchen", { 21, 35, 22 })
  for _ = 1, 3 do
    local event
    repeat event = all:receive() until event.kind == "temperature"
    io.print(event.path, event.data.degrees)
  end
  local alarm = alarms:receive()
  io.print("alarm: " .. alarm.kind .. " in the " .. alarm.path .. ", " .. alarm.data.degrees)
end

return { main = main }
