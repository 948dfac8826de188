local check = require("check")

return { main = function()
  check.ok(process.send(process.pid(), "hello", 42))
  local msg, ok = process.inbox():receive()
  check.equal(ok, true)
  check.equal(msg:topic(), "hello")
  check.equal(msg:from(), process.pid())
  check.equal(msg:payload():data(), 42)
  check.equal(tostring(msg), "process.Message{topic=hello}")
end }
