-- Starts its loop anew in __close whenever it is stopped.
-- ends: terminated
local function resist()
  local guard <close> = setmetatable({}, { __close = function() pcall(resist) end })
  while guard do end
end
return { main = function() while true do pcall(resist) end end }
