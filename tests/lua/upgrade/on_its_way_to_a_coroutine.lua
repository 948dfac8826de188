local check = require("check")

-- A message that woke a coroutine which has not run is not received yet: the coroutine before it in the queue upgrades.
return { main = function()
  local pid = check.spawn_monitored("before")
  check.ok(process.send(pid, "first", 1))
  check.ok(process.send(pid, "second", 2))
  check.equal(check.exit_of(pid).value, "second 2")
end }

-- @process before
return { main = function()
  local first, second = process.listen("first"), process.listen("second")
  coroutine.spawn(function()
    first:receive()
    process.upgrade("app:after")
  end)
  coroutine.spawn(function()
    second:receive()
    process.upgrade("app:after", "lost")
  end)
  channel.new():receive()
end }

-- @process after
return { main = function(lost)
  if lost then return lost end
  local msg = process.inbox():receive()
  return msg:topic() .. " " .. msg:payload():data()
end }
