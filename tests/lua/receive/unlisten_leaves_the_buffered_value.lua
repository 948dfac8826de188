local check = require("check")

return { main = function()
  local time = require("time")
  local me = process.pid()
  local inbox = process.inbox()
  local x = process.listen("x")
  for i = 1, 3 do process.send(me, "x", i) end
  time.sleep("1ms")
  process.unlisten(x)
  -- listen has a buffer of one; what waited behind it goes where it would without the listener, in order.
  local value, ok = x:receive()
  check.equal(value, 1)
  check.equal(ok, true)
  value, ok = x:receive()
  check.equal(value, nil)
  check.equal(ok, false)
  check.equal(inbox:receive():payload():data(), 2)
  check.equal(inbox:receive():payload():data(), 3)
end }
