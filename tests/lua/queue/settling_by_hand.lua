local check = require("check")
local queue = require("queue")
local runs, time = require("runs"), require("time")

return { main = function()
  -- Confirmed early, an error changes nothing.
  queue.publish("app:jobs", { name = "acked", settle = "ack", failures = 1000 })
  local note = runs(1)[1]
  check.equal(note.settled, true)
  check.equal(note.again, "message is settled already")
  time.sleep("30s")
  check.equal(#runs(1), 1)

  -- Given back early, it comes again although all went well.
  queue.publish("app:jobs", { name = "nacked", settle = "nack" })
  local notes = runs(4)
  check.equal(notes[2].try, 1)
  check.equal(notes[3].try, 2)
  check.equal(notes[4].try, 3)
end }
