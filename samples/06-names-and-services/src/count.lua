local io = require("io")
local time = require("time")

-- Services start beside this program, and again after a failure; so the name may not be there yet.
local function wait_for(name)
  for _ = 1, 500 do
    local pid = process.registry.lookup(name)
    if pid then return pid end
    time.sleep("10ms")
  end
  error("nobody has registered the name " .. name)
end

local function main()
  local values = process.listen("value")

  local pid = wait_for("counter")
  for _ = 1, 3 do
    process.send("counter", "next")
    io.print("counter says " .. values:receive())
  end

  -- A name is free again before the end of its owner is told; so what is found after EXIT is the next run.
  process.monitor(pid)
  process.send("counter", "crash")
  process.events():receive()
  io.print("the counter crashed")

  wait_for("counter")
  process.send("counter", "next")
  io.print("counter says " .. values:receive())
  return 0
end

return { main = main }
