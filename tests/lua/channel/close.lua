local check = require("check")

return { main = function()
  local time = require("time")
  local ch = channel.new(3)
  ch:send(1)
  ch:send(2)
  check.equal(select("#", ch:close()), 0)
  check.equal(select("#", ch:close()), 0)
  check.raises("^app:test:%d+: send on closed channel$", function() ch:send(3) end)
  check.equal((ch:receive()), 1)
  check.equal((ch:receive()), 2)
  for _ = 1, 3 do
    local value, ok = ch:receive()
    check.equal(value, nil)
    check.equal(ok, false)
  end

  -- Those who wait are told.
  local receivers, senders = channel.new(), channel.new()
  local told = {}
  for i = 1, 2 do
    coroutine.spawn(function()
      local value, ok = receivers:receive()
      told[#told + 1] = { "receiver", value, ok }
    end)
    coroutine.spawn(function()
      local value, err = senders:send(i)
      told[#told + 1] = { "sender", value, type(err) }
    end)
  end
  time.sleep("1ms")
  receivers:close()
  senders:close()
  time.sleep("1ms")
  check.same(told, { { "receiver", nil, false }, { "receiver", nil, false }, { "sender", nil, "userdata" }, { "sender", nil, "userdata" } })
end }
