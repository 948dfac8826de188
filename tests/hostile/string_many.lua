-- Different strings without end, all kept.
-- ends: limit
return {
  main = function()
    local all = {}
    for i = 1, math.huge do all[#all + 1] = tostring(i) .. ("y"):rep(100) end
  end,
}
