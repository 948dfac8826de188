-- Coroutines without end, all kept.
-- ends: limit
return {
  main = function()
    local all = {}
    while true do all[#all + 1] = coroutine.create(function() coroutine.yield() end) end
  end,
}
