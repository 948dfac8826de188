-- The same with C functions for metamethods, so that no Lua code runs in between.
-- ends: terminated
local function false_table()
  return setmetatable({}, { __len = function() return 2147483000 end, __index = type, __newindex = rawequal })
end
return {
  main = function()
    while true do
      pcall(table.sort, false_table())
      pcall(table.insert, false_table(), 1, "x")
      pcall(table.remove, false_table(), 1)
      pcall(table.concat, false_table(), "")
    end
  end,
}
