-- The coroutine behind subscribe: hands on what arrives on one channel to another, until either is closed.
local pcall = ...

return function(source, target)
  while true do
    local value, ok = source:receive()
    if not ok or not pcall(target.send, target, value) then return end
  end
end
