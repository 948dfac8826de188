local check = require("check")
local time = require("time")

-- exec suspends one coroutine only, tells no event, and ends with the error of what ends the other.
return { main = function()
  check.ok(process.registry.register("caller"))
  local done = channel.new(2)
  for _, how in ipairs { "cancel", "terminate" } do
    coroutine.spawn(function()
      local value, err = process.exec("app:sleeper", check.host())
      done:send({ how = how, value = value, err = err and tostring(err) })
    end)
    local sleeper = process.inbox():receive():from()
    check.ok(process[how](sleeper))
    local result = done:receive()
    if how == "cancel" then check.equal(result.value, "cancelled")
    else check.equal(result.err, "process terminated") end
  end
  local deadline = time.after("1s")
  local r = channel.select { process.events():case_receive(), deadline:case_receive() }
  check.yes(r.channel == deadline)
end }

-- @process sleeper
return { main = function()
  process.send("caller", "up")
  process.events():receive()
  return "cancelled"
end }
