-- Sends to all servers, whether they are there or not, and reads their answers.
local time = require("time")

local function main()
  local inbox, events = process.inbox(), process.events()
  while true do
    for i = 1, 20 do
      for _, name in ipairs({ "keeper", "worker", "clerk" }) do process.send(name, "ping", i) end
    end
    local pause = time.after("10ms")
    while true do
      local ready = channel.select { inbox:case_receive(), events:case_receive(), pause:case_receive() }
      if ready.channel == events then return end
      if ready.channel == pause then break end
    end
  end
end

return { main = main }
