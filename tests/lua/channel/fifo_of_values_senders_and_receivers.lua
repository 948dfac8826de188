local check = require("check")

return { main = function()
  local time = require("time")
  -- Waiting senders go on in the order they came.
  local ch, order = channel.new(), {}
  for i = 1, 5 do
    coroutine.spawn(function() ch:send(i) order[#order + 1] = i end)
  end
  time.sleep("1ms")
  for i = 1, 5 do check.equal((ch:receive()), i) end
  time.sleep("1ms")
  check.same(order, { 1, 2, 3, 4, 5 })

  -- So do waiting receivers.
  local got = {}
  for i = 1, 5 do
    coroutine.spawn(function() got[i] = ch:receive() end)
  end
  time.sleep("1ms")
  for i = 1, 5 do ch:send(i * 10) end
  time.sleep("1ms")
  check.same(got, { 10, 20, 30, 40, 50 })

  -- A taken value makes room for the oldest waiting sender, behind what is buffered.
  local buffered = channel.new(2)
  for i = 1, 6 do coroutine.spawn(function() buffered:send(i) end) end
  time.sleep("1ms")
  for i = 1, 6 do check.equal((buffered:receive()), i) end
end }
