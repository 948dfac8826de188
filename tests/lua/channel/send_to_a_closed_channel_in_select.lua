-- A case that sends to a closed channel is never ready; alone it waits for ever, beside others it is passed over.
local check = require("check")

return { main = function()
  local time = require("time")
  local closed, other = channel.new(1), channel.new(1)
  closed:close()
  check.equal(channel.select({ closed:case_send(1), default = true }).default, true)
  other:send("x")
  check.equal(channel.select({ closed:case_send(1), other:case_receive() }).value, "x")

  local went_on = false
  coroutine.spawn(function()
    channel.select { closed:case_send(1) }
    went_on = true
  end)
  time.sleep("10ms")
  check.equal(went_on, false)
end }
