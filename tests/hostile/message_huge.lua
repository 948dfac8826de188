-- Payloads beyond every limit.
-- ends: terminated
return {
  main = function(neighbour)
    local big = ("x"):rep(20000000)
    while true do
      process.send(neighbour, "huge", big)
      process.send(neighbour, "huge", { big, big, big })
    end
  end,
}
