-- Writes log records as fast as it can.
-- ends: terminated
return {
  main = function()
    while true do
      print(("x"):rep(10000))
      logger:info("flood", { a = 1, b = { c = ("y"):rep(1000) } })
    end
  end,
}
