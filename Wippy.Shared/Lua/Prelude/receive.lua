-- As operation.lua, for receive. While the last answer said that more waits, it asks a callback first, which saves the
-- way out of the coroutine and back.
local error, yield, isyieldable = ...

return function(number, poll)
  local more
  return function(self)
    local fault, value, ok
    if more then
      fault, value, ok, more = poll(self)
      if ok then return value, ok end
    end
    if not isyieldable() then
      error("cannot wait here: this function was called from a sort, gsub or metamethod callback", 2)
    end
    fault, value, ok, more = yield(number, self)
    if fault ~= nil then error(fault, 2) end
    return value, ok
  end
end
