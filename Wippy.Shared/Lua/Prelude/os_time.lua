-- os.time(): now is the time of the runtime's clock; for a table it is the native function.
local time, pcall, gsub, error, now = ...

local function finish(ok, result)
  if ok then return result end
  result = gsub(result, "'%?'", "'time'")
  error(result, 2)
end

return function(table)
  if table == nil then return now() end
  return finish(pcall(time, table))
end
