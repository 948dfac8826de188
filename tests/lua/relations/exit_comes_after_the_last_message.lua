local check = require("check")

return { main = function()
  local events, inbox = process.events(), process.inbox()
  for _ = 1, 5 do
    local child = check.spawn_monitored("child", process.pid())
    local count = 0
    while true do
      -- The inbox first: an EXIT is looked at only when no message of the child is left.
      local r = channel.select { inbox:case_receive(), events:case_receive() }
      if r.channel == events then
        check.equal(r.value.from, child)
        check.equal(count, 20)
        break
      end
      count = count + 1
    end
  end
end }

-- @process child
return { main = function(parent)
  for i = 1, 20 do process.send(parent, "n", i) end
end }
