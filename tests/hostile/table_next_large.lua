-- A table that was large and is empty: each call looks at all its places.
-- ends: terminated
return {
  main = function()
    local t = {}
    for i = 1, 1000000 do t[i] = i end
    for i = 1, 1000000 do t[i] = nil end
    while true do
      next(t)
    end
  end,
}
