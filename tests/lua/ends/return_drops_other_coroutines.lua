local check = require("check")

return { main = function()
  local time = require("time")
  local pid = check.spawn_monitored("child", process.pid())
  check.equal(check.exit_of(pid).value, "main")
  time.sleep("1s")
  local r = channel.select { process.inbox():case_receive(), default = true }
  check.equal(r.default, true)
end }

-- @process child
return { main = function(parent)
  local time = require("time")
  for _ = 1, 5 do
    coroutine.spawn(function()
      time.sleep("100ms")
      process.send(parent, "still here")
    end)
  end
  time.sleep("10ms")
  return "main"
end }
