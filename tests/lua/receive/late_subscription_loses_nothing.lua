local check = require("check")

return { main = function()
  local time = require("time")
  local me = process.pid()
  for i = 1, 5 do
    process.send(me, "a", i)
    process.send(me, "b", i)
  end
  time.sleep("10ms")
  local a = process.listen("a")
  for i = 1, 5 do check.equal((a:receive()), i) end
  local inbox = process.inbox()
  for i = 1, 5 do
    local msg = inbox:receive()
    check.equal(msg:topic(), "b")
    check.equal(msg:payload():data(), i)
  end
end }
