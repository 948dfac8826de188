-- Pairs, one for each worker, of whom each wakes the other before he works for most of a slice.
-- ends: terminated
local function serve(inbox)
  while true do
    local message = inbox:receive()
    process.send(message:from(), "again", 1)
    local began = time.now()
    repeat until time.now():sub(began):milliseconds() >= 8
  end
end

return {
  main = function(neighbour)
    local inbox = process.inbox()
    if neighbour == "one of them" then serve(inbox) end
    for _ = 1, neighbour == "one of many" and 0 or 1 do process.spawn("app:hostile", "app:user", "one of many") end
    process.send(assert(process.spawn("app:hostile", "app:user", "one of them")), "again", 1)
    serve(inbox)
  end,
}
