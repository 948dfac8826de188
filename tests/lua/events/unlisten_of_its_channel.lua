local check = require("check")
local events = require("events")

-- Ended through process.unlisten, a subscription is closed, and its late events are dropped.
return { main = function()
  local sub = check.ok(events.subscribe("app"))
  local other = check.ok(events.subscribe("app"))
  process.unlisten(sub:channel())
  events.send("app", "made", "/1")
  check.equal(other:channel():receive().path, "/1")
  local _, ok = sub:channel():receive()
  check.equal(ok, false)
  check.equal(sub:close(), true)
end }
