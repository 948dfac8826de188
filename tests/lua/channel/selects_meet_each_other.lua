local check = require("check")

return { main = function()
  local time = require("time")
  local a, b, out = channel.new(), channel.new(), channel.new(10)
  coroutine.spawn(function() out:send({ "sender", channel.select { a:case_send(1), b:case_send(2) } }) end)
  time.sleep("1ms")
  coroutine.spawn(function() out:send({ "receiver", channel.select { b:case_receive(), a:case_receive() } }) end)
  local sender, receiver = out:receive(), out:receive()
  if sender[1] ~= "sender" then sender, receiver = receiver, sender end
  check.yes(sender[2].channel == b and receiver[2].channel == b)
  check.equal(receiver[2].value, 2)
  check.equal(channel.select({ a:case_receive() }, true).default, true)
end }
