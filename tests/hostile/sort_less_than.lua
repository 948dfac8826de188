-- The endless loop runs in __lt.
-- ends: terminated
local mt = { __lt = function() while true do end end }
return { main = function() table.sort { setmetatable({}, mt), setmetatable({}, mt) } end }
