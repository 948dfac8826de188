local function main()
  process.registry.register("room")
  local members = {}   -- PID to name
  local inbox, events = process.inbox(), process.events()

  local function tell_all(line)
    for pid in pairs(members) do process.send(pid, "line", line) end
  end

  while true do
    local result = channel.select { inbox:case_receive(), events:case_receive() }
    if result.channel == events then
      local event = result.value
      if event.kind == process.event.CANCEL then return end
      -- A member has ended: by itself, or not.
      local name = members[event.from]
      if name then
        members[event.from] = nil
        tell_all(name .. (event.result.error and " was cut off" or " has left"))
      end
    else
      local message = result.value
      local from, text = message:from(), message:payload():data()
      if message:topic() == "join" then
        process.monitor(from)   -- nil for a terminal, which the sandbox may not watch: see docs/security.md
        members[from] = text
        tell_all(text .. " is here")
      elseif members[from] then
        tell_all(members[from] .. ": " .. text)
      end
    end
  end
end

return { main = main }
