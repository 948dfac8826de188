-- As checked.lua, for callbacks that take strings.
local error, tostring, select = ...

local function finish(fault, ...)
  if fault ~= nil then error(fault, 2) end
  return ...
end

local function texts(count, value, ...)
  if count == 0 then return end
  return tostring(value), texts(count - 1, ...)
end

return function(callback)
  return function(...) return finish(callback(texts(select("#", ...), ...))) end
end
