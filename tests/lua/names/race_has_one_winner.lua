local check = require("check")

return { main = function()
  for _ = 1, 5 do check.spawn("racer", process.pid()) end
  local won, lost = {}, 0
  for _ = 1, 5 do
    local payload = process.inbox():receive():payload()
    if payload[2]:data() then won[#won + 1] = payload[1]:data() else lost = lost + 1 end
  end
  check.equal(#won, 1)
  check.equal(lost, 4)
  check.equal(process.registry.lookup("prize"), won[1])
end }

-- @process racer
return { main = function(judge)
  local ok, err = process.registry.register("prize")
  process.send(judge, "result", process.pid(), ok == true)
  process.inbox():receive()
end }
