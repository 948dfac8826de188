local check = require("check")
local funcs = require("funcs")

return { main = function()
  for _, call in ipairs({ funcs.call, funcs.async }) do
    check.failed("Invalid", "function ID required", call(""))
    check.failed("Invalid", "namespace required in function ID", call("nocolon"))
    check.failed("Invalid", "namespace required in function ID", call(":name"))
    check.failed("Invalid", "name required in function ID", call("app:"))
    check.failed("Invalid", "cannot send a function (argument 2)", call("app:known", 1, function() end))
    check.raises("bad argument #1 to '%a+' %(string expected, got no value%)", call)
    check.raises("bad argument #1 to '%a+' %(string expected, got table%)", call, {})
  end
  check.failed("NotFound", "no handler registered for target", funcs.call("app:unknown"))
  -- neither a library nor a process without a default host can be called
  check.failed("NotFound", "no handler registered for target", funcs.call("app:check"))
  check.failed("NotFound", "no handler registered for target", funcs.call("app:hostless"))
  check.failed("NotFound", "method \"main\" not found in module", funcs.call("app:methodless"))
  local value, err = funcs.call("app:broken")
  check.equal(value, nil)
  check.equal(err:kind(), "Internal")
  check.matches(err, "^failed to execute script: .*top level")
  -- a function is not spawned
  check.failed("NotFound", "factory not found", process.spawn("app:known", check.host()))
  -- an unknown target is known to be so only when the call begins
  local future = check.ok(funcs.async("app:unknown"))
  check.failed("NotFound", "no handler registered for target", nil, (future:channel():receive()))
end }

-- @function known
return { main = function() end }

-- @process hostless
return { main = function() end }

-- @function methodless
return { other = function() end }

-- @function broken
error("top level")
