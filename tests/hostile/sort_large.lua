-- A million numbers: a single call of seconds in C, if it were one.
-- ends: terminated
return {
  main = function()
    while true do
      local t = {}
      for i = 1, 1000000 do t[i] = (i * 7919) % 1000003 end
      table.sort(t)
    end
  end,
}
