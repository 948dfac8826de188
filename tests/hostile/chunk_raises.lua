-- The chunk fails while it is loaded.
-- ends: spawn failed to execute script
error(setmetatable({}, { __tostring = function() while true do end end }))
