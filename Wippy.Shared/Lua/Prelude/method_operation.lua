-- As operation.lua, for calls with one argument and two results.
local error, yield, isyieldable = ...

return function(number)
  return function(self)
    if not isyieldable() then
      error("cannot wait here: this function was called from a sort, gsub or metamethod callback", 2)
    end
    local fault, first, second = yield(number, self)
    if fault ~= nil then error(fault, 2) end
    return first, second
  end
end
