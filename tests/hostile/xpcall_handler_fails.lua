-- The handler fails, and so does every handler of that failure.
-- ends: terminated
local function handler(e) error(e) end
return { main = function() while true do xpcall(error, handler, "x") end end }
