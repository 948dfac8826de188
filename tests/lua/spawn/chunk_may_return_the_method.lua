local check = require("check")

return function()
  check.equal(check.exit_of(check.spawn_monitored("child", 20)).value, 21)
end

-- @process child
return function(n) return n + 1 end
