local io = require("io")
local time = require("time")

local jobs = { "backup", "report" }

-- Services have been started, but may not have come to their names yet.
local function await(name)
  while not process.registry.lookup(name) do time.sleep("5ms") end
  return process.registry.lookup(name)
end

local function main()
  local ran, events = process.listen("ran"), process.events()
  local runs = {}
  for _, name in ipairs(jobs) do
    runs[name] = 0
    local pid = await("job:" .. name)
    process.monitor(pid)
    process.send(pid, "start", process.pid())
  end
  -- The EXIT of a process comes after everything that it has sent.
  for _ = 1, #jobs do
    while true do
      local result = channel.select { ran:case_receive(), events:case_receive() }
      if result.channel == events then break end
      runs[result.value.name] = result.value.run
    end
  end
  for _, name in ipairs(jobs) do io.print(name .. " ran " .. runs[name] .. " times") end
end

return { main = main }
