local check = require("check")

return { main = function()
  local inbox = process.inbox()
  for s = 1, 3 do check.spawn("sender", process.pid(), s) end
  local next = { 1, 1, 1 }
  for _ = 1, 300 do
    local msg = inbox:receive()
    local sender, n = msg:payload()[1]:data(), msg:payload()[2]:data()
    check.equal(n, next[sender])
    next[sender] = n + 1
  end
end }

-- @process sender
return { main = function(to, sender)
  local time = require("time")
  for i = 1, 100 do
    process.send(to, i % 2 == 0 and "even" or "odd", sender, i)
    if i % 10 == 0 then time.sleep("1ms") end
  end
end }
