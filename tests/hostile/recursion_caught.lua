-- Overflows the stack, catches that, and does it again.
-- ends: terminated
local function f(n) return 1 + f(n + 1) end
return { main = function() while true do pcall(f, 1) end end }
