-- Timers without end.
-- ends: limit
return {
  main = function()
    local all = {}
    while true do all[#all + 1] = time.after("1h") end
  end,
}
