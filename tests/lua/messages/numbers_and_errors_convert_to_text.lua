local check = require("check")

return { main = function()
  check.ok(process.registry.register("7"))
  check.ok(process.send(7, 12, "x"))
  local msg = process.inbox():receive()
  check.equal(msg:topic(), "12")
  check.equal(msg:payload():data(), "x")
  check.ok(process.send(process.pid(), errors.new("topic text")))
  check.equal(process.inbox():receive():topic(), "topic text")
end }
