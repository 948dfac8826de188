local check = require("check")
local queue = require("queue")
local store, time = require("store"), require("time")

-- Waits for so many calls of the handler and gives their notes.
local function runs(count)
  local log = store.get("app:log")
  while true do
    local page = log:list { prefix = "run:" }
    if #page.items >= count then
      local notes = {}
      for i, item in ipairs(page.items) do notes[i] = item.value end
      return notes
    end
    time.sleep("1ms")
  end
end

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
