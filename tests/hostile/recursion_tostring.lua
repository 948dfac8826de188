-- __tostring that asks for its own text, deep into the C stack.
-- ends: terminated
local t = setmetatable({}, {})
getmetatable(t).__tostring = function(self) return tostring(self) end
return { main = function() while true do pcall(tostring, t) end end }
