local check = require("check")

return { main = function()
  check.ok(process.registry.register("taken"))
  local result = check.exit_of(check.spawn_monitored("child")).value
  check.equal(result.kind, errors.ALREADY_EXISTS)
  check.equal(result.message, "name already registered")
  check.equal(process.registry.lookup("taken"), process.pid())
end }

-- @process child
return { main = function()
  local ok, err = process.registry.register("taken")
  assert(ok == nil)
  return { kind = err:kind(), message = err:message() }
end }
