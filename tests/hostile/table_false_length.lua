-- Tables that say they are longer than anything: the functions that trust this would work for years.
-- ends: terminated
local function false_table()
  return setmetatable({}, {
    __len = function() return math.maxinteger - 10 end,
    __index = function() return 1 end,
    __newindex = function() end,
  })
end
return {
  main = function()
    while true do
      pcall(table.insert, false_table(), 1, "x")
      pcall(table.remove, false_table(), 1)
      pcall(table.concat, false_table())
      pcall(table.unpack, false_table())
      pcall(unpack, false_table())
      pcall(table.sort, false_table())
    end
  end,
}
