local check = require("check")

-- Allocates enough for the collector to come round several times.
local function collect()
  for _ = 1, 200 do
    local t = {}
    for i = 1, 200 do t[i] = { i } end
  end
end

return { main = function()
  local kept = {}
  for round = 1, 10 do
    for _ = 1, 200 do
      local ch = channel.new(1)
      ch:send(round)
    end
    kept[round] = channel.new(2)
    kept[round]:send(round)
    kept[round]:send("second")
    collect()
  end
  for round = 1, 10 do
    check.equal((kept[round]:receive()), round)
    check.equal((kept[round]:receive()), "second")
    check.equal(channel.select({ kept[round]:case_receive() }, true).default, true)
  end

  -- A case keeps its channel; a coroutine that waits on one keeps it too.
  local case = (function() local ch = channel.new(1) ch:send("by case") return ch:case_receive() end)()
  local woken
  local wake = (function()
    local ch = channel.new()
    coroutine.spawn(function() woken = ch:receive() end)
    return ch:case_send("woken")
  end)()
  collect()
  check.equal(channel.select({ case }).value, "by case")
  channel.select { wake }
  require("time").sleep("1ms")
  check.equal(woken, "woken")
end }
