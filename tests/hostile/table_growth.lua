-- One table that grows without end.
-- ends: limit
return {
  main = function()
    local t = {}
    for i = 1, math.huge do t[i] = i end
  end,
}
