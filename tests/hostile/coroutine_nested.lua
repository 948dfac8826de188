-- Coroutines that resume coroutines, as deep as it goes.
-- ends: terminated
local function deeper(n)
  local co = coroutine.create(deeper)
  coroutine.resume(co, n + 1)
  while true do end
end
return { main = function() deeper(1) end }
