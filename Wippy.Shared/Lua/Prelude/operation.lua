-- A call that may suspend. `wait` yields what it gets, and knows the number of the operation; what fails raises out of it (LuaThread.Raise).
local isyieldable, refuse = ...

return function(wait)
  return function(...)
    if not isyieldable() then refuse() end
    return wait(...)
  end
end
