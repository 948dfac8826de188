-- Holds a name as long as it lives, and a second one if nobody else has it.
local logger = require("logger")

local function main(name, second)
  local _, err = process.registry.register(name)
  if err then error(name .. ": " .. err:message()) end
  if second then
    local _, taken = process.registry.register(second)
    logger:info(name .. (taken and " does not get " or " has ") .. second)
  end

  local inbox, events = process.inbox(), process.events()
  while true do
    local ready = channel.select { inbox:case_receive(), events:case_receive() }
    if ready.channel == events then return end
    process.send(ready.value:from(), "pong", ready.value:payload():data())
  end
end

return { main = main }
