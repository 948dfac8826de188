local check = require("check")

-- Many spawn under one name at once: one process is started, and everybody's message reaches it.
return { main = function()
  local host = check.host()
  local pids = {}
  local done = channel.new(10)
  for i = 1, 10 do
    coroutine.spawn(function()
      local pid = check.ok(process.with_context({}):with_name("only"):with_message("hello", i):spawn("app:only", host))
      done:send(pid)
    end)
  end
  local first = done:receive()
  for _ = 2, 10 do check.equal(done:receive(), first) end
  check.ok(process.monitor(first))
  check.ok(process.send(first, "hello", 0))
  check.equal(check.exit_of(first).value, 55)
end }

-- @process only
return { main = function()
  local sum = 0
  for _ = 1, 11 do sum = sum + process.inbox():receive():payload():data() end
  return sum
end }
