local events = require("events")

local function main()
  local subscription = events.subscribe("house", "temperature")
  local measured, signals = subscription:channel(), process.events()
  process.registry.register("alarm")
  while true do
    local result = channel.select { measured:case_receive(), signals:case_receive() }
    if result.channel == signals then return end   -- CANCEL: the app stops
    local event = result.value
    if event.data.degrees > 30 then events.send("house", "alarm.heat", event.path, event.data) end
  end
end

return { main = main }
