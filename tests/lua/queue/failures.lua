local check = require("check")
local queue = require("queue")
local runs, time = require("runs"), require("time")

-- A message that was not done comes again, at once and then after pauses.
return { main = function()
  for i, how in ipairs { "raise", "false", "error" } do
    queue.publish("app:jobs", { name = how, how = how, failures = 3 })
    local notes = runs(4 * i)
    for try = 1, 4 do
      local note = notes[4 * (i - 1) + try]
      check.equal(note.name, how)
      check.equal(note.try, try)
    end
    local first = 4 * (i - 1)
    check.yes(notes[first + 3].at - notes[first + 2].at >= 10 * time.MILLISECOND)
    check.yes(notes[first + 4].at - notes[first + 3].at >= 20 * time.MILLISECOND)
  end
  time.sleep("30s")
  check.equal(#runs(12), 12)
  check.equal(queue.info("app:jobs").messages, 0)
end }
