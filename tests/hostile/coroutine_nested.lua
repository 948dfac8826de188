-- Coroutines that resume coroutines, as deep as it goes: until it is terminated, or has no memory left.
-- ends: any
local function deeper(n)
  local co = coroutine.create(deeper)
  coroutine.resume(co, n + 1)
  while true do end
end
return { main = function() deeper(1) end }
