local check = require("check")

return { main = function()
  local me = process.pid()
  local slow, fast = process.listen("slow"), process.listen("fast")
  for i = 1, 50 do process.send(me, "slow", i) end
  process.send(me, "fast", "now")
  check.equal((fast:receive()), "now")
  for i = 1, 50 do check.equal((slow:receive()), i) end
end }
