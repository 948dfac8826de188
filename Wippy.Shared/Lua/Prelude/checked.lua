-- A callback whose first result is a fault, or nil: raises it in the name of the caller, else gives the other results.
local error = ...

-- The wrapper calls this as a tail call, so that level 2 is the wrapper's caller.
local function finish(fault, ...)
  if fault ~= nil then error(fault, 2) end
  return ...
end

return function(callback)
  return function(...) return finish(callback(...)) end
end
