local io = require("io")
local time = require("time")

local function main(count)
  count = math.tointeger(tonumber(count)) or 10000
  local ticks, events = process.listen("tick"), process.events()

  local began = time.now()
  for number = 1, count do
    local _, err = process.spawn_monitored("app:ticker", "app:workers", process.pid(), 2)
    if err then return nil, err end
  end
  local took = time.now():sub(began)
  -- How fast differs from run to run, so that is not part of the output.
  io.eprint(string.format("spawned in %d ms, %.0f per second", took:milliseconds(), count / took:seconds()))
  io.print(count .. " processes")

  local seen, ended = 0, 0
  while ended < count do
    local result = channel.select { ticks:case_receive(), events:case_receive() }
    if result.channel == ticks then
      seen = seen + 1
    else
      ended = ended + 1
      assert(result.value.result.value == 2)
    end
  end
  io.print(seen .. " ticks")
  io.print("all have ended")
end

return { main = main }
