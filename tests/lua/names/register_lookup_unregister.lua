local check = require("check")

return { main = function()
  local registry = process.registry
  check.failed("NotFound", "name not registered", registry.lookup("mine"))
  check.equal(registry.register("mine"), true)
  check.equal(registry.register("mine"), true)
  check.equal(registry.register("mine", process.pid()), true)
  check.equal(registry.lookup("mine"), process.pid())
  check.equal(registry.register("alias"), true)
  check.equal(registry.lookup("alias"), process.pid())

  check.ok(process.send("mine", "t", 1))
  check.equal(process.inbox():receive():payload():data(), 1)
  check.ok(process.cancel("alias", "by name"))
  check.equal(process.events():receive().reason, "by name")

  check.equal(registry.unregister("mine"), true)
  check.equal(registry.unregister("mine"), false)
  check.failed("NotFound", "name not registered", registry.lookup("mine"))
  check.equal(registry.lookup("alias"), process.pid())
end }
