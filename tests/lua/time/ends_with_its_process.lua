local check = require("check")

return { main = function()
  local time = require("time")
  local child = check.spawn_monitored("child")
  check.equal(check.exit_of(child).value, "over")
  time.sleep("30s")
end }

-- @process child
return { main = function()
  local time = require("time")
  time.ticker("10ms")
  time.after("1s")
  coroutine.spawn(function() time.sleep("2s") end)
  time.sleep("5ms")
  return "over"
end }
