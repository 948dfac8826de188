-- An error value whose text is asked for while it is being made.
-- ends: error
local bad = setmetatable({}, { __tostring = function(self) error(self) end })
return { main = function() error(bad) end }
