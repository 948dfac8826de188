-- Tail calls use no stack, so nothing ends them.
-- ends: terminated
local function a() return a() end
return { main = a }
