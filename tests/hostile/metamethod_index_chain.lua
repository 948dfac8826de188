-- A chain of __index tables in a circle.
-- ends: terminated
local a, b = {}, {}
setmetatable(a, { __index = b })
setmetatable(b, { __index = a })
return { main = function() while true do pcall(function() return a.x end) end end }
