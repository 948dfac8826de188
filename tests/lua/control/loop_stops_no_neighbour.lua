local check = require("check")

return { main = function()
  local time = require("time")
  local loops = {}
  for i, entry in ipairs { "loop", "coroutines", "operations", "pcalls" } do loops[i] = check.spawn_monitored(entry) end
  local echo = check.spawn("echo")
  for i = 1, 3 do
    process.send(echo, "ping", process.pid(), i)
    check.equal(process.inbox():receive():payload():data(), i)
  end
  for _, loop in ipairs(loops) do
    process.terminate(loop)
    check.equal(check.exit_of(loop).error:message(), "process terminated")
  end
end }

-- @process loop
return { main = function() while true do end end }

-- @process coroutines
return { main = function()
  local step = coroutine.wrap(function() while true do coroutine.yield() end end)
  while true do step() end
end }

-- @process operations
return { main = function()
  local ch = channel.new(1)
  while true do
    ch:send(1)
    ch:receive()
  end
end }

-- @process pcalls
return { main = function()
  while true do pcall(error, "again") end
end }

-- @process echo
return { main = function()
  while true do
    local msg = process.inbox():receive()
    process.send(msg:payload()[1]:data(), "pong", msg:payload()[2]:data())
  end
end }
