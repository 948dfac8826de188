local check = require("check")

return { main = function()
  local child = check.spawn_monitored("child")
  -- With its only ticker stopped nothing can ever wake it.
  check.matches(check.exit_of(child).error, "^deadlock")
end }

-- @process child
return { main = function()
  local time = require("time")
  local ticker = time.ticker("1h")
  ticker:stop()
  coroutine.yield()
end }
