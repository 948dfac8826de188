-- @once
-- Names have a length, and a process holds so many of them.
local check = require("check")

return { main = function()
  check.failed("Invalid", "a name has 1 to 255 characters, this one has 0", process.registry.register(""))
  check.failed("Invalid", "a name has 1 to 255 characters, this one has 256", process.registry.register(("n"):rep(256)))
  check.ok(process.registry.register(("n"):rep(255)))
  check.failed("LimitExceeded", "a topic has at most 1024 bytes, this one has 1025", process.send(process.pid(), ("t"):rep(1025)))
  check.failed("LimitExceeded", "a topic has at most 1024 bytes, this one has 1025", process.listen(("t"):rep(1025)))
  check.ok(process.send(process.pid(), ("t"):rep(1024)))
  local sent, err = process.send(process.pid(), "t", ("x"):rep(17 << 20))
  check.failed("LimitExceeded", "cannot send more than 16777216 bytes (argument 1)", sent, err)
end }
