-- As checked.lua, for callbacks that give a value and an error, of which one is nil.
local error = ...

return function(callback)
  return function(...)
    local fault, value, err = callback(...)
    if fault ~= nil then error(fault, 2) end
    return value, err
  end
end
