-- As operation.lua, for a receive: `poll` takes what is there already, which saves the way out of the coroutine and back, or refuses.
return function(wait, poll)
  return function(self)
    local value, ok = poll(self)
    if ok == nil then return wait(self) end
    return value, ok
  end
end
