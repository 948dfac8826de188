local io = require("io")
local time = require("time")

local results = process.listen("result")
local events = process.events()

-- While a stage is down its name belongs to nobody; and what was just found may have ended.
local function await(name)
  while true do
    local pid = process.registry.lookup(name)
    if pid and process.monitor(pid) then return pid end
    time.sleep("5ms")
  end
end

local function compute(text)
  local parser = await("parse")
  process.send(parser, "line", { client = process.pid(), text = text })
  local result = channel.select { results:case_receive(), events:case_receive() }
  if result.channel == events then return "the parser has failed" end
  process.unmonitor(parser)
  return result.value
end

local function main()
  for _, text in ipairs { "1 + 2", "20 + 22", "two + two", "3 + 4" } do
    io.print(text .. " = " .. tostring(compute(text)))
  end
end

return { main = main }
