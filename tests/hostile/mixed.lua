-- A bit of everything at once, in coroutines.
-- ends: any
return {
  main = function(neighbour)
    coroutine.spawn(function() while true do pcall(error) end end)
    coroutine.spawn(function() while true do process.send(neighbour, "x", 1) end end)
    coroutine.spawn(function() while true do coroutine.wrap(function() coroutine.yield() end)() end end)
    coroutine.spawn(function() local t = {} while true do t[#t + 1] = ("z"):rep(1000) .. #t end end)
    coroutine.spawn(function() while true do table.sort({ 3, 1, 2 }, function(a, b) return a < b end) end end)
    while true do time.sleep(1) end
  end,
}
