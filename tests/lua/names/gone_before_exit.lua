local check = require("check")

return { main = function()
  for i = 1, 10 do
    local child = check.spawn_monitored("child", "a" .. i, "b" .. i)
    local result = check.exit_of(child)
    check.equal(result.value, "a" .. i)
    check.failed("NotFound", "name not registered", process.registry.lookup("a" .. i))
    check.failed("NotFound", "name not registered", process.registry.lookup("b" .. i))
  end
end }

-- @process child
return { main = function(one, other)
  assert(process.registry.register(one))
  assert(process.registry.register(other))
  return one
end }
