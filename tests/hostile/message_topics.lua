-- A new topic with every message, and a listener for each.
-- ends: any
return {
  main = function()
    local i = 0
    while true do
      i = i + 1
      process.listen("topic-" .. i)
      process.send(process.pid(), "topic-" .. i, i)
      process.send(process.pid(), "other-" .. i, i)
    end
  end,
}
