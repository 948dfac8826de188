local check = require("check")

return { main = function()
  local time = require("time")
  local a, b = channel.new(), channel.new()
  coroutine.spawn(function() time.sleep("5ms") b:send("late") end)
  local r = channel.select { a:case_receive(), b:case_receive() }
  check.yes(r.channel == b)
  check.equal(r.value, "late")

  -- A send case waits for a receiver, and withdraws from the other channels when it fires.
  coroutine.spawn(function() time.sleep("5ms") check.equal((a:receive()), "offer") end)
  r = channel.select { a:case_send("offer"), b:case_send("other") }
  check.yes(r.channel == a)
  check.equal(r.value, "offer")
  check.equal(channel.select({ b:case_receive() }, true).default, true)

  -- What is withdrawn takes nothing.
  local done = channel.new(1)
  coroutine.spawn(function()
    channel.select { a:case_receive(), b:case_receive() }
    done:send(true)
  end)
  time.sleep("1ms")
  a:send(1)
  done:receive()
  check.equal(channel.select({ b:case_send(2) }, true).default, true)
  check.equal(channel.select({ a:case_send(2) }, true).default, true)
end }
