-- As checked.lua, for callbacks with at most two arguments and one result. Fixed numbers make the call twice as fast,
-- and nearly all methods are called often and are like that.
local error = ...

return function(callback)
  return function(self, argument)
    local fault, result = callback(self, argument)
    if fault ~= nil then error(fault, 2) end
    return result
  end
end
