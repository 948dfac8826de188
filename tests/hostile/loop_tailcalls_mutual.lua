-- Two functions that tail-call each other.
-- ends: terminated
local a, b
function a(n) return b(n + 1) end
function b(n) return a(n - 1) end
return { main = function() return a(1) end }
