local check = require("check")
local queue = require("queue")
local runs, time = require("runs"), require("time")

return { main = function()
  check.same({ queue.publish("app:jobs", { name = "a" }) }, { true })
  queue.publish("app:jobs", { name = "b" }, { color = "red", n = 1 })
  queue.publish("app:jobs", { name = "c" }, {})
  local notes = runs(3)
  check.equal(notes[1].name .. notes[2].name .. notes[3].name, "abc", "in the order sent")
  check.same(notes[1].headers, {})
  check.same(notes[2].headers, { color = "red", n = 1 })
  check.equal(notes[2].color, "red")
  check.equal(notes[3].color, nil)
  -- Done: nothing comes again.
  time.sleep("30s")
  check.equal(#runs(3), 3)
  check.same(check.ok(queue.info("app:jobs")), { id = "app:jobs", driver = "memory", messages = 0, in_flight = 0, consumers = 1, max_length = 1000 })
end }
