-- Finalizers run out of reach of every limit, so there are none.
-- ends: ok
return {
  main = function()
    assert(not pcall(setmetatable, {}, { __gc = function() while true do end end }))
    local mt = {}
    local t = setmetatable({}, mt)
    mt.__gc = function() while true do end end
    t = nil
    for _ = 1, 200000 do t = {} end
    return t ~= nil
  end,
}
