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
  queue.publish("app:jobs", { name = "bad", failures = 1000 })
  for n = 1, 3 do queue.publish("app:jobs", { name = "good" .. n }) end
  local done = {}
  for _, note in ipairs(runs(5)) do
    if note.name ~= "bad" then done[#done + 1] = note.name end
  end
  check.same(done, { "good1", "good2", "good3" })
end }
