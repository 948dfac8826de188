local check = require("check")
local events = require("events")

return { main = function()
  local sub = check.ok(events.subscribe("app"))
  local heard = sub:channel()
  events.send("app", "made", "/1")
  check.equal(heard:receive().path, "/1")
  check.equal(sub:close(), true)
  local value, ok = heard:receive()
  check.equal(value, nil)
  check.equal(ok, false)
  check.equal(sub:close(), true)

  -- What comes afterwards reaches a new subscription only, and never the inbox.
  local inbox = process.inbox()
  local again = check.ok(events.subscribe("app"))
  check.yes(again:channel() ~= heard)
  events.send("app", "made", "/2")
  check.equal(again:channel():receive().path, "/2")
  local r = channel.select({ inbox:case_receive(), default = true })
  check.yes(r.default, "nothing in the inbox")

  -- A receiver that waits learns of the close.
  local ended = channel.new(1)
  coroutine.spawn(function() ended:send({ again:channel():receive() }) end)
  require("time").sleep("1ms")
  again:close()
  check.same(ended:receive(), { nil, false })
end }
