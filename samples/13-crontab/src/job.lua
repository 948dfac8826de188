local time = require("time")

local function main(name, every, times)
  process.registry.register("job:" .. name)
  -- It begins when somebody watches.
  local start = process.listen("start")
  local watcher = start:receive()
  local ticker = time.ticker(every)
  local ticks = ticker:channel()
  for run = 1, times do
    ticks:receive()
    process.send(watcher, "ran", { name = name, run = run })
  end
  ticker:stop()
end

return { main = main }
