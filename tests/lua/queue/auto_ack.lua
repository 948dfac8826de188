local check = require("check")
local queue = require("queue")
local runs, time = require("runs"), require("time")

return { main = function()
  queue.publish("app:quick", { name = "once", failures = 1000 })
  queue.publish("app:quick", { name = "twice", settle = "nack" })
  local notes = runs(2)
  check.equal(notes[2].settled, false, "it is settled when it is handed out")
  time.sleep("30s")
  check.equal(#runs(2), 2)
end }
