local check = require("check")

return { main = function()
  local time = require("time")
  local a, b = channel.new(), channel.new()
  local received, sent
  coroutine.spawn(function() received = channel.select { a:case_receive(), b:case_receive() } end)
  coroutine.spawn(function() sent = { channel.select { b:case_send("x"), process.inbox():case_receive() } } end)
  time.sleep("1ms")
  -- The two met on b.
  check.yes(received.channel == b)
  check.equal(received.value, "x")
  check.yes(sent[1].channel == b)

  coroutine.spawn(function() received = channel.select { a:case_receive(), b:case_receive() } end)
  time.sleep("1ms")
  a:close()
  time.sleep("1ms")
  check.yes(received.channel == a)
  check.equal(received.value, nil)
  check.equal(received.ok, false)

  local c, result, err = channel.new(), "unset", nil
  coroutine.spawn(function() result, err = channel.select { c:case_send(1) } end)
  time.sleep("1ms")
  c:close()
  time.sleep("1ms")
  check.equal(result, nil)
  check.equal(type(err), "userdata")
end }
