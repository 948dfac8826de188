local check = require("check")

return { main = function()
  local pid, err = process.spawn("app:child", check.host())
  check.equal(pid, nil)
  check.matches(err, "failed to execute script: app:child:%d+: in a coroutine")
end }

-- @process child
local time = require("time")
coroutine.spawn(function() error("in a coroutine") end)
time.sleep("1s")
return { main = function() end }
