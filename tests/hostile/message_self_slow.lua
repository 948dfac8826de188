-- Two that work for most of a slice, over and over, and have mail each time that they wait.
-- ends: terminated
return {
  main = function(neighbour)
    for _ = 1, neighbour == "one of them" and 0 or 1 do process.spawn("app:hostile", "app:user", "one of them") end
    local inbox, me = process.inbox(), process.pid()
    process.send(me, "again", 1)
    while true do
      inbox:receive()
      process.send(me, "again", 1)
      local began = time.now()
      repeat until time.now():sub(began):milliseconds() >= 8
    end
  end,
}
