local check = require("check")
local funcs = require("funcs")
local time = require("time")

return { main = function()
  check.equal(check.ok(funcs.call("app:double", 21)), 42)
  check.equal(check.ok(funcs.call("app:nested", "x")), "x{app:user|")
  check.failed("Conflict", "refused", funcs.call("app:double", nil))
  check.failed("NotFound", "host not found", funcs.call("app:lost"))
  local future = check.ok(funcs.async("app:double", 4))
  check.equal(future:channel():receive():data(), 8)
  -- Canceled, it ends.
  future = check.ok(funcs.async("app:waits"))
  local pid
  repeat
    time.sleep("1ms")
    pid = process.registry.lookup("waits")
  until pid
  check.ok(process.monitor(pid))
  check.equal(future:cancel(), true)
  check.equal(check.exit_of(pid).error:kind(), "Canceled")
end }

-- @process double meta.default_host=app:user
return { main = function(n)
  if not n then return nil, errors.new({ message = "refused", kind = errors.CONFLICT }) end
  return n * 2
end }

-- @process nested meta.options.default_host=app:user
return { main = function(text) return text .. process.pid():match("^{.-|") end }

-- @process lost meta.default_host=app:nowhere
return { main = function() end }

-- @process waits meta.default_host=app:user
return { main = function()
  process.registry.register("waits")
  process.inbox():receive()
end }
