local check = require("check")

return { main = function()
  local time = require("time")
  for _, capacity in ipairs { 0, -3, 1, 4 } do
    local ch = channel.new(capacity)
    local sent = 0
    coroutine.spawn(function()
      for i = 1, 10 do
        check.equal(ch:send(i), true)
        sent = i
      end
    end)
    time.sleep("1ms")
    check.equal(sent, math.max(capacity, 0))
    for i = 1, 10 do
      local value, ok = ch:receive()
      check.equal(value, i)
      check.equal(ok, true)
    end
  end
  check.equal(type(channel.new()), "userdata")
  check.equal(channel.new(2.0):send(1), true)
  check.raises("bad argument #1 to 'new'", channel.new, "x")
end }
