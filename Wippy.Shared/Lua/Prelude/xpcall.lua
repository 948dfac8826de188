-- The native xpcall runs its handler where nothing can interrupt it or wait; this one runs it afterwards.
local pcall = ...

local function handled(handler, ok, ...)
  if ok then return ok, ... end
  local _, result = pcall(handler, ...)
  return false, result
end

return function(f, handler) return handled(handler, pcall(f)) end
