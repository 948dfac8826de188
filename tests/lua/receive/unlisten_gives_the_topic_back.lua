local check = require("check")

return { main = function()
  local time = require("time")
  local me = process.pid()
  local inbox = process.inbox()
  local x = process.listen("x")
  local ended
  coroutine.spawn(function()
    local value, ok = x:receive()
    ended = value == nil and ok == false
  end)
  time.sleep("1ms")
  check.equal(process.unlisten(x), true)
  time.sleep("1ms")
  check.equal(ended, true, "a blocked receiver")
  process.send(me, "x", 1)
  check.equal(inbox:receive():payload():data(), 1)
  local ok, err = process.unlisten(x)
  check.equal(ok, false)
  check.yes(err)

  local again = process.listen("x")
  check.yes(again ~= x)
  process.send(me, "x", 2)
  check.equal((again:receive()), 2)
  check.equal(select(2, x:receive()), false)
end }
