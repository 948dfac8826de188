local check = require("check")

return { main = function()
  local me = process.pid()
  local ch = channel.new(2)
  check.ok(process.send(me, "news", 0))
  check.ok(subscribe("news", ch))
  for i = 1, 5 do check.ok(process.send(me, "news", i)) end
  check.ok(process.send(me, "other", "x"))
  -- In order, those before the subscription included; what does not fit the buffer waits.
  for i = 0, 5 do check.equal(ch:receive(), i) end
  check.equal(process.inbox():receive():topic(), "other")

  check.failed("AlreadyExists", "topic 'news' is subscribed already", subscribe("news", channel.new()))
  local listened = process.listen("listened")
  check.failed("AlreadyExists", "topic 'listened' is subscribed already", subscribe("listened", ch))
  check.failed("Invalid", "cannot listen to @ topics", subscribe("@pid/inbox", ch))
  check.failed("Invalid", "topic cannot be empty", subscribe("", ch))
  check.raises("bad argument #2 to 'subscribe' %(channel expected", subscribe, "x", "y")
  check.raises("bad argument #2 to 'subscribe' %(channel expected", subscribe, "x", listened)
  check.raises("bad argument #1 to 'subscribe'", subscribe, nil, ch)
  check.raises("bad argument #1 to 'unsubscribe'", unsubscribe, {})

  -- Undone, the topic is the inbox's again, and the channel goes on being one.
  check.ok(unsubscribe(ch))
  check.failed("Invalid", "channel is not subscribed", unsubscribe(ch))
  check.ok(process.send(me, "news", 6))
  check.equal(process.inbox():receive():payload():data(), 6)
  check.equal(ch:send("mine"), true)
  check.equal(ch:receive(), "mine")
  check.ok(subscribe("news", ch))
  check.ok(process.send(me, "news", 7))
  check.equal(ch:receive(), 7)
end }
