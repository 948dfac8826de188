local check = require("check")

return { main = function()
  local time = require("time")
  local ch = channel.new()
  for _ = 1, 3 do
    coroutine.spawn(function() time.sleep("1ms") ch:send("x") end)
    local r = channel.select { ch:case_receive(), ch:case_receive(), ch:case_receive() }
    check.equal(r.value, "x")
  end
  check.equal(channel.select({ ch:case_send(1) }, true).default, true)

  -- Both directions at once: it meets others, never itself.
  check.equal(channel.select({ ch:case_send(1), ch:case_receive() }, true).default, true)
  coroutine.spawn(function() time.sleep("1ms") ch:send("in") end)
  local r = channel.select { ch:case_send("out"), ch:case_receive() }
  check.equal(r.value, "in")
  coroutine.spawn(function() time.sleep("1ms") check.equal((ch:receive()), "out") end)
  r = channel.select { ch:case_send("out"), ch:case_receive() }
  check.equal(r.value, "out")
  time.sleep("1ms")
  check.equal(channel.select({ ch:case_send(1) }, true).default, true)
  check.equal(channel.select({ ch:case_receive() }, true).default, true)

  -- Closing tells a select once, however often it waits there.
  local count = 0
  coroutine.spawn(function()
    local r = channel.select { ch:case_receive(), ch:case_receive(), ch:case_send(1) }
    count = count + 1
    check.equal(r.ok, false)
  end)
  time.sleep("1ms")
  ch:close()
  time.sleep("1ms")
  check.equal(count, 1)
end }
