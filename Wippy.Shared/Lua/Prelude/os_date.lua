-- os.date(): the native function, for the time of the runtime's clock unless another is given.
local date, pcall, gsub, error, now = ...

local function finish(ok, result)
  if ok then return result end
  result = gsub(result, "'%?'", "'date'")
  error(result, 2)
end

return function(format, time)
  if time == nil then time = now() end
  return finish(pcall(date, format, time))
end
