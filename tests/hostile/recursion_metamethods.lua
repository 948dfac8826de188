-- Metamethods that call themselves through C.
-- ends: terminated
local t = setmetatable({}, {})
getmetatable(t).__index = function(self, key) return self[key .. "x"] end
getmetatable(t).__add = function(a, b) return a + b end
return {
  main = function()
    while true do
      pcall(function() return t.a end)
      pcall(function() return t + t end)
    end
  end,
}
