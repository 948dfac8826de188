-- Sets __gc on a metatable after the fact and gives it to others.
-- ends: terminated
local mt = {}
return {
  main = function()
    while true do
      mt.__gc = nil
      setmetatable({}, mt)
      mt.__gc = function() while true do end end
      pcall(setmetatable, {}, mt)
    end
  end,
}
