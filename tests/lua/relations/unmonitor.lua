local check = require("check")

return { main = function()
  local time = require("time")
  local child = check.spawn_monitored("child")
  check.equal(process.unmonitor(child), true)
  check.equal(process.unmonitor(child), true)
  check.equal(process.unmonitor("{" .. check.host() .. "|0xfffff}"), true)
  process.send(child, "end")
  local deadline = time.after("100ms")
  check.yes(channel.select { process.events():case_receive(), deadline:case_receive() }.channel == deadline)

  -- One that is queued already is still delivered.
  local second = check.spawn_monitored("child")
  process.send(second, "end")
  time.sleep("10ms")
  process.unmonitor(second)
  check.equal(process.events():receive().from, second)
end }

-- @process child
return { main = function() process.inbox():receive() end }
