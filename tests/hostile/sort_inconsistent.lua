-- A comparator that answers at random must neither hang nor leave the table.
-- ends: terminated
return {
  main = function()
    while true do
      local t = {}
      for i = 1, 1000 do t[i] = i end
      pcall(table.sort, t, function() return math.random() > 0.5 end)
      pcall(table.sort, t, function() return true end)
      for i = 1, 1000 do assert(t[i]) end
    end
  end,
}
