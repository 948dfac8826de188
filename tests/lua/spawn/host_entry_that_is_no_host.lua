local check = require("check")

return { main = function()
  check.failed("Internal", "host does not implement process.Host", process.spawn("app:child", "app:child"))
end }

-- @process child
return { main = function() end }
