-- Every level catches an error and throws a larger one.
-- ends: terminated
local function throw(n)
  local ok, err = pcall(function() if n > 0 then throw(n - 1) end error("x") end)
  error(tostring(err) .. tostring(ok))
end
return { main = function() while true do pcall(throw, 100) end end }
