local check = require("check")

return { main = function()
  local registry = process.registry
  check.raises("bad argument #1 to 'register'", registry.register)
  check.raises("bad argument #1 to 'lookup'", registry.lookup, {})
  check.raises("bad argument #1 to 'unregister'", registry.unregister, nil)
  check.failed("Invalid", "pid must be a string", registry.register("n", 5))
  check.failed("Invalid", "pid must be a string", registry.register("n", {}))
  check.failed("Invalid", "invalid pid format: nonsense", registry.register("n", "nonsense"))
  check.failed("Internal", "eventual registry not available", registry.register("n", nil, registry.EVENTUAL))
  check.failed("Internal", "global registry not available", registry.register("n", nil, registry.CONSISTENT))
  check.failed("Internal", "global registry not available", registry.register("n", process.pid(), registry.STRONG))
  check.failed("Internal", "eventual registry not available", registry.unregister("n", registry.EVENTUAL))
  check.equal(registry.register("n", nil, registry.LOCAL), true)
  check.equal(registry.unregister("n", registry.LOCAL), true)
end }
