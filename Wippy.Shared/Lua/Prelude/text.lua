-- A callback that takes strings. Its first result is a fault, or nil: raises it in the name of the caller, else gives the other results.
local error, tostring, select, unpack, mathtype, floattext = ...

local function finish(fault, ...)
  if fault ~= nil then error(fault, 2) end
  return ...
end

local function text(value)
  if mathtype(value) == "float" then return floattext(value) end
  return tostring(value)
end

local function texts(...)
  local count = select("#", ...)
  if count == 1 then return text((...)) end
  local values = { ... }
  for i = 1, count do values[i] = text(values[i]) end
  return unpack(values, 1, count)
end

return function(callback)
  return function(...) return finish(callback(texts(...))) end
end
