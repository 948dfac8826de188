-- A counter that others address by name. Its state lives and dies with the process.

local function main(first)
  local _, err = process.registry.register("counter")
  if err then return nil, err end

  local value = first
  local inbox, events = process.inbox(), process.events()
  while true do
    local ready = channel.select { inbox:case_receive(), events:case_receive() }
    if ready.channel == events then return end -- CANCEL: the app stops

    local message = ready.value
    if message:topic() == "crash" then error("asked to crash") end
    process.send(message:from(), "value", value)
    value = value + 1
  end
end

return { main = main }
