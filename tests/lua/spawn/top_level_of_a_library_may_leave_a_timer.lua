local check = require("check")
local lib = require("lib")

return { main = function()
  check.equal(lib.ready, true)
  check.yes(lib.timeout:receive())
end }

-- @library lib
return { ready = true, timeout = process.inbox() and channel.new(1) and (function()
  local ch = channel.new(1)
  coroutine.spawn(function() ch:send(true) end)
  return ch
end)() }
