-- A method which gives a value that its object holds: `access` gives it, or nil when there is none or the object is another;
-- then the callback `explain` says which.
local error = ...

return function(access, explain)
  return function(self)
    local value = access(self)
    if value == nil then
      local fault = explain(self)
      if fault ~= nil then error(fault, 2) end
    end
    return value
  end
end
