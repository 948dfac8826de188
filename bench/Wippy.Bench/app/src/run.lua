-- wippy run bench/Wippy.Bench/app run -- pingpong 100000 system
local io = require("io")

local function main(name, n, zone)
  n = math.tointeger(tonumber(n or ""))
  if not name or not n then
    io.eprint("usage: run NAME N [ZONE]")
    return 2
  end
  local host = "bench:" .. (zone or "user")
  local events = process.events()
  local _, err = process.spawn_monitored("bench:" .. name, host, n, host)
  if err then error(err) end
  local result = events:receive().result
  if result.error then error(result.error) end
  io.print(("%s: %d in %.3f s"):format(name, result.value.count, result.value.seconds))
end

return { main = main }
