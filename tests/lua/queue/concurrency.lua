local check = require("check")
local queue = require("queue")
local store, time = require("store"), require("time")


return { main = function()
  for _ = 1, 9 do queue.publish("app:wide", "x") end
  local log = store.get("app:log")
  while (log:get("finished") or 0) < 9 do time.sleep("1ms") end
  check.equal(log:get("most"), 3)
  check.equal(log:get("running"), 0)
end }
