-- An iterator over a list that a callback makes: each turn gives the next `width` values of it.
local error, unpack = ...

return function(callback)
  return function(self)
    local fault, list, width = callback(self)
    if fault ~= nil then error(fault, 2) end
    local last = 0
    return function()
      local first = last + 1
      last = last + width
      return unpack(list, first, last)
    end
  end
end
