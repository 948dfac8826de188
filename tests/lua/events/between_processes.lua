local check = require("check")
local events = require("events")

-- Every subscriber hears every event, in the order of its sender, whoever sends it.
return { main = function()
  local inbox = process.inbox()
  local listeners = {}
  for i = 1, 3 do
    listeners[i] = check.spawn_monitored("listener", process.pid())
    check.equal(inbox:receive():topic(), "ready")
  end
  for _ = 1, 2 do check.spawn("sender") end
  for _ = 1, #listeners do
    local result = process.events():receive().result
    check.equal(result.error, nil)
    check.equal(result.value, 40)
  end
end }

-- @process listener
return { main = function(parent)
  local events = require("events")
  local channel = assert(events.subscribe("app", "tick")):channel()
  process.send(parent, "ready")
  local last, count = {}, 0
  while count < 40 do
    local item = channel:receive()
    local previous = last[item.path] or 0
    if item.data ~= previous + 1 then error(item.path .. ": " .. item.data .. " after " .. previous) end
    last[item.path] = item.data
    count = count + 1
  end
  return count
end }

-- @process sender
return { main = function()
  local events = require("events")
  for n = 1, 20 do
    assert(events.send("app", "tick", process.pid(), n))
    if n % 5 == 0 then require("time").sleep("1ms") end
  end
end }
