local check = require("check")

return { main = function()
  local host = check.host()
  local usage = "exec requires id and host arguments"
  check.failed("Invalid", usage, process.exec())
  check.failed("Invalid", usage, process.exec("app:child"))
  check.failed("Invalid", "process ID required", process.exec("", host))
  check.failed("Invalid", "invalid process ID format (namespace:name required)", process.exec("child", host))
  check.failed("Invalid", "host ID required", process.exec("app:child", ""))
  check.failed("NotFound", "host not found", process.exec("app:child", "app:nowhere"))
  check.failed("NotFound", "factory not found", process.exec("app:missing", host))
  check.failed("NotFound", 'method "main" not found in module', process.exec("app:without_method", host))
  check.failed("Invalid", "cannot send a function (argument 1)", process.exec("app:child", host, print))
  check.raises("bad argument #1 to 'exec'", process.exec, nil, host)
  check.raises("bad argument #2 to 'exec'", process.exec, "app:child", {})

  local value, err = process.exec("app:broken", host)
  check.equal(value, nil)
  check.equal(err:kind(), "Internal")
  check.matches(err, "^failed to execute script: app:broken:%d+: top level$")
end }

-- @process child
return { main = function() end }

-- @process without_method
return { other = function() end }

-- @process broken
error("top level")
