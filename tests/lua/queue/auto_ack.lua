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
  queue.publish("app:quick", { name = "once", failures = 1000 })
  queue.publish("app:quick", { name = "twice", settle = "nack" })
  local notes = runs(2)
  check.equal(notes[2].settled, false, "it is settled when it is handed out")
  time.sleep("30s")
  check.equal(#runs(2), 2)
end }
