-- Independent coroutines without end.
-- ends: limit
return {
  main = function()
    local wait = channel.new()
    while true do coroutine.spawn(function() wait:receive() end) end
  end,
}
