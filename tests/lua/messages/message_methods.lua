local check = require("check")

return { main = function()
  process.send(process.pid(), "t", { x = 1 })
  local msg = process.inbox():receive()
  check.equal(type(msg), "userdata")
  check.equal(msg.from_field, nil)
  check.raises("bad argument", msg.topic)
  check.raises("bad argument", msg.payload, "no message")
  local payload = msg:payload()
  check.equal(payload.x, nil)
  check.equal(tostring(payload), "payload{format=lua/any}")
  check.raises("bad argument", payload.data)
  -- Any other object is refused, whatever is in it.
  local time = require("time")
  for n = 0, 50 do
    local duration = check.ok(time.parse_duration(n))
    check.raises("bad argument #1 to 'topic' %(message expected, got userdata%)", msg.topic, duration)
    check.raises("bad argument #1 to 'data' %(payload expected, got userdata%)", payload.data, duration)
  end
  check.raises("got userdata", payload.data, msg)
  check.raises("got userdata", msg.payload, payload)
  check.raises("got userdata", msg.from, process.inbox())
  check.raises("got table", msg.from, {})
  check.equal(msg.topic(msg, "more", 1), "t")
  check.equal(getmetatable(msg), false)
  check.yes(msg:payload():data() == msg:payload():data())
end }
