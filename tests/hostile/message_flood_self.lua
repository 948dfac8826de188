-- Sends to itself without ever reading.
-- ends: terminated
return {
  main = function()
    while true do process.send(process.pid(), "flood", ("x"):rep(1000)) end
  end,
}
