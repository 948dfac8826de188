local check = require("check")

return { main = function()
  local pid, err = process.spawn("app:child", check.host())
  check.equal(pid, nil)
  check.matches(err, "deadlock")
end }

-- @process child
coroutine.yield()
return { main = function() end }
