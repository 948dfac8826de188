local check = require("check")
local queue = require("queue")
local runs = require("runs")

return { main = function()
  queue.publish("app:jobs", { name = "bad", failures = 1000 })
  for n = 1, 3 do queue.publish("app:jobs", { name = "good" .. n }) end
  local done = {}
  for _, note in ipairs(runs(5)) do
    if note.name ~= "bad" then done[#done + 1] = note.name end
  end
  check.same(done, { "good1", "good2", "good3" })
end }
