-- Asks itself and others to end, for ever, and does not listen.
-- ends: terminated
return {
  main = function(neighbour)
    while true do
      process.cancel(process.pid(), ("r"):rep(1000))
      process.cancel(neighbour, "please")
    end
  end,
}
