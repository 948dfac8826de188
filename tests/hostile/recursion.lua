-- Recursion without end: the stack has a limit, and reaching it is an error.
-- ends: error stack overflow
local function f(n) return 1 + f(n + 1) end
return { main = function() return f(1) end }
