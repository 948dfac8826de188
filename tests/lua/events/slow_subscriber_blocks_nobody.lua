local check = require("check")
local events = require("events")

return { main = function()
  local channel = check.ok(events.subscribe("app")):channel()
  -- More than its buffer of 64.
  for n = 1, 200 do check.equal(events.send("app", "tick", "/", n), true) end
  for n = 1, 200 do check.equal(channel:receive().data, n) end
end }
