local io = require("io")

-- Nothing here tells that the reader is no Lua: it has a PID, takes messages, and can be monitored.
local function main(path, count)
  count = tonumber(count) or 3
  local reader, err = process.spawn_monitored("app:reader", "app:files", path)
  if err then return nil, err end
  process.send(reader, "next")

  local inbox, events = process.inbox(), process.events()
  local result = channel.select { inbox:case_receive(), events:case_receive() }
  if result.channel == events then return nil, result.value.result.error end
  local lines = result.value:topic() == "lines" and result.value:payload():data() or {}
  for number = 1, math.min(count, #lines) do io.print(lines[number]) end
end

return { main = main }
