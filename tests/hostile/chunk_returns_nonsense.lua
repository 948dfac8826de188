-- The chunk returns no method.
-- ends: spawn method "main" not found
return setmetatable({}, { __index = function() while true do end end })
