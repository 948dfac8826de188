-- A call that may suspend: everything goes through the scheduler of the process.
local error, yield, isyieldable = ...

local function finish(fault, ...)
  if fault ~= nil then error(fault, 2) end
  return ...
end

return function(number)
  return function(...)
    if not isyieldable() then
      error("cannot wait here: this function was called from a sort, gsub or metamethod callback", 2)
    end
    return finish(yield(number, ...))
  end
end
