-- assert, which puts the position of its caller in front of a text, as error does.
local assert, error, type, select = ...

return function(...)
  local value, message = ...
  if value then return ... end
  if select("#", ...) == 0 then error("bad argument #1 to 'assert' (value expected)", 2) end
  if type(message) == "string" then error(message, 2) end
  return assert(...)
end
